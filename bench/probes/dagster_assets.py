"""dagster_assets.py FOLDER COUNT: a dagster-webserver over FOLDER/workspace.yaml is asked COUNT times for all assets over
GraphQL: key, group, kinds, owners, dependencies, last materialization. Prints microseconds of processor for each asset, of all
its processes."""

import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

ASSETS = """{ assetNodes { assetKey { path } groupName kinds owners { ... on TeamAssetOwner { team } }
  dependencyKeys { path } repository { location { name } } assetMaterializations(limit: 1) { timestamp runId } } }"""


def main(folder: pathlib.Path, count: int) -> None:
    with tempfile.TemporaryDirectory() as home, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        (pathlib.Path(home) / "dagster.yaml").write_text("telemetry:\n  enabled: false\n")
        server = subprocess.Popen(
            [sys.executable, "-m", "dagster_webserver", "-w", "workspace.yaml", "-p", str(port)],
            cwd=folder,
            env={**os.environ, "DAGSTER_HOME": home},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            url = f"http://127.0.0.1:{port}/graphql"
            assets = wait_for(url)
            before = processor_of_session(server.pid)
            for _ in range(count):
                ask(url)
            used = processor_of_session(server.pid) - before
            print(1e6 * used / count / assets)
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(20)


def wait_for(url: str) -> int:
    for _ in range(240):
        try:
            found = ask(url)
            if found:
                return len(found)
        except OSError:
            pass
        time.sleep(0.5)
    raise SystemExit("dagster-webserver did not come up")


def ask(url: str) -> list:
    body = json.dumps({"query": ASSETS}).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=120) as reply:
        return json.load(reply)["data"]["assetNodes"]


def processor_of_session(session: int) -> float:
    total = 0
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[3]) == session:
            total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), int(sys.argv[2]))
