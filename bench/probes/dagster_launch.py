"""dagster_launch.py FOLDER COUNT: `dagster dev` over FOLDER/probes.py; COUNT times a job of one asset is launched over GraphQL.
Prints the median of seconds from the request to the first line of the asset's function."""

import json
import os
import pathlib
import signal
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request

LAUNCH = """mutation L($p: ExecutionParams!) { launchRun(executionParams: $p) {
  __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }"""


def main(folder: pathlib.Path, count: int) -> None:
    with tempfile.TemporaryDirectory() as home, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        (pathlib.Path(home) / "dagster.yaml").write_text("telemetry:\n  enabled: false\n")
        server = subprocess.Popen(
            [sys.executable, "-m", "dagster", "dev", "-f", "probes.py", "-p", str(port)],
            cwd=folder,
            env={
                **os.environ,
                "DAGSTER_HOME": home,
                "PATH": os.path.dirname(sys.executable) + ":" + os.environ["PATH"],
            },
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            wait_for(url)
            times = [launch(url, folder) for _ in range(count + 1)]
            print(statistics.median(times[1:]))
        finally:
            os.killpg(server.pid, signal.SIGINT)
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(server.pid, signal.SIGKILL)


def wait_for(url: str) -> None:
    for _ in range(240):
        try:
            found = ask(
                url, "{ repositoriesOrError { ... on RepositoryConnection { nodes { name } } } }"
            )
            if found["data"]["repositoriesOrError"]["nodes"]:
                return
        except OSError:
            pass
        time.sleep(0.5)
    raise SystemExit("dagster dev did not come up")


def ask(url: str, query: str, **variables: object) -> dict:
    body = json.dumps({"query": query, "variables": variables}).encode()
    request = urllib.request.Request(url + "/graphql", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as reply:
        return json.load(reply)


def launch(url: str, folder: pathlib.Path) -> float:
    selector = {
        "repositoryLocationName": "probes.py",
        "repositoryName": "__repository__",
        "pipelineName": "launch_0",
    }
    told = os.open(folder / "told", os.O_RDWR)
    asked = time.time_ns()
    found = ask(url, LAUNCH, p={"selector": selector, "runConfigData": {}, "mode": "default"})
    if found["data"]["launchRun"]["__typename"] != "LaunchRunSuccess":
        raise SystemExit(f"not launched: {found}")
    user = struct.unpack("=Q", os.read(told, 8))[0]
    os.close(told)
    run = found["data"]["launchRun"]["run"]["runId"]
    while ask(url, "query Q($i: ID!) { runOrError(runId: $i) { ... on Run { status } } }", i=run)[
        "data"
    ]["runOrError"]["status"] not in ("SUCCESS", "FAILURE"):
        time.sleep(0.2)
    return (user - asked) / 1e9


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), int(sys.argv[2]))
