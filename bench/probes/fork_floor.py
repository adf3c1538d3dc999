"""fork_floor.py SDK FOLDER MODULE COUNT AT_ONCE: a location's Python, loaded and warm as its host is, forks COUNT children that
do nothing, AT_ONCE of them at a time, and waits for each. Prints seconds per child."""

import gc
import os
import sys
import tempfile
import time

sdk, folder, module, count, at_once = *sys.argv[1:4], int(sys.argv[4]), int(sys.argv[5])
sys.path.insert(0, sdk)
from plait.host import compile, runner, serve  # noqa: E402, F401

location = {"loader": "python_module", "target": module, "working_directory": folder}
loaded = compile.load(location, tempfile.mkdtemp(), lambda name: None)
runner.warm(loaded)
gc.collect()
gc.freeze()
began = time.monotonic()
living = 0
for _ in range(count):
    if living == at_once:
        os.wait()
        living -= 1
    if os.fork() == 0:
        os._exit(0)
    living += 1
while living:
    os.wait()
    living -= 1
print((time.monotonic() - began) / count)
