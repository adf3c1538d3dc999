"""import_floor.py IDENTITY MODULE...: bare Python imports the modules (FOLDER/NAME each), a process each, all at once."""

import os
import subprocess
import sys

identity, modules = sys.argv[1], sys.argv[2:]
running = []
for module in modules:
    folder, name = os.path.split(module)
    code = f"import sys; sys.path[:0] = [{identity!r}, {folder!r}]; import {name}"
    running.append(subprocess.Popen([sys.executable, "-c", code]))
sys.exit(max(child.wait() for child in running))
