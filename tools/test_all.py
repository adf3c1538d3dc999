#!/usr/bin/env python3
"""test_all.py [--only SUITE]... [--list]: build, run every suite, count everything.

Suites come in order: the C tests that meson lists (unit, simulation, fuzz replay), the same under
ASan and UBSan, the SDK's and the UI's tests, the end-to-end tests on the plain binary, and those of
them that are about C on the sanitized one.
Each suite's output is kept in build/test-logs.  The last line is the sum: "N passed, N failed",
with ", N skipped" behind it when there were any; their reasons stand above.  Exit status 1 when
anything failed or could not be run.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as xml
from dataclasses import dataclass, field
from typing import Callable, Optional

TOP = pathlib.Path(__file__).resolve().parent.parent
LOGS = TOP / "build" / "test-logs"
VENV = TOP / "build" / "test-venv"
REQUIREMENTS = TOP / "test" / "requirements.txt"
JOBS = min(os.cpu_count() or 1, 4)
PYTEST_JOBS = JOBS + 1  # most of them wait for processes half of the time
SANITIZERS = {
    "ASAN_OPTIONS": "detect_leaks=1:strict_string_checks=1",
    "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
}
COUNTS = re.compile(r"(\d+) passed, (\d+) failed")
TAIL_LINES = 30


@dataclass
class Result:
    passed: int = 0
    failures: list[str] = field(default_factory=list)  # what failed, with the end of its output
    skips: list[str] = field(default_factory=list)  # what was skipped, and why

    def add(self, other: Result) -> None:
        self.passed += other.passed
        self.failures += other.failures
        self.skips += other.skips


def counts(result: Result) -> str:
    text = f"{result.passed} passed, {len(result.failures)} failed"
    return text + f", {len(result.skips)} skipped" if result.skips else text


def say(text: str) -> None:
    print(text, flush=True)


def tail(text: str) -> str:
    return "\n".join("    " + line for line in text.splitlines()[-TAIL_LINES:])


def run(command: list[str], log: pathlib.Path, **more: object) -> tuple[int, str]:
    """Exit status and output; the output is also appended to `log`."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **more)
    text = done.stdout.decode(errors="replace")
    with log.open("a") as file:
        file.write(f"$ {' '.join(map(str, command))}\n{text}\n")
    return done.returncode, text


def build(folder: pathlib.Path, options: list[str], log: pathlib.Path) -> Optional[str]:
    """None when `folder` holds an up-to-date build, else what went wrong."""
    if not (folder / "build.ninja").exists():
        status, text = run(["meson", "setup", str(folder), *options], log, cwd=TOP)
        if status != 0:
            return text
    status, text = run(["ninja", "-C", str(folder)], log, cwd=TOP)
    return text if status != 0 else None


def run_c_test(test: dict, extra: dict[str, str], log: pathlib.Path) -> Result:
    """One test program; it prints its counts last, or counts as one test where it prints none."""
    env = {**os.environ, **test["env"], **extra}
    limit = test["timeout"] * (3 if extra else 1)
    cwd = test["workdir"] or TOP
    try:
        status, text = run(test["cmd"], log, env=env, cwd=cwd, timeout=limit)
    except subprocess.TimeoutExpired:
        return Result(failures=[f"{test['name']}: no end after {limit} s"])
    found = COUNTS.findall(text)
    passed, failed = map(int, found[-1]) if found else (int(status == 0), int(status != 0))
    if status != 0 and failed == 0:
        failed = 1
    failures = [f"{test['name']} (exit status {status})\n{tail(text)}"] * bool(failed)
    failures += [f"{test['name']}: another one of the same program"] * (failed - 1)
    return Result(passed, failures)


def c_suite(folder: pathlib.Path, options: list[str], env: dict[str, str]) -> Callable[..., Result]:
    def suite(log: pathlib.Path) -> Result:
        problem = build(folder, options, log)
        if problem:
            return Result(failures=[f"{folder.name} does not build\n{tail(problem)}"])
        _, text = run(["meson", "introspect", "--tests", str(folder)], log, cwd=TOP)
        tests = json.loads(text)
        result = Result()
        with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
            for one in pool.map(lambda test: run_c_test(test, env, log), tests):
                result.add(one)
        return result

    return suite


VENV_LOCK = threading.Lock()


def make_venv() -> Optional[str]:
    """None when build/test-venv holds what test/requirements.txt asks for, else what went wrong."""
    with VENV_LOCK:
        return make_venv_alone()


def make_venv_alone() -> Optional[str]:
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()
    stamp, log = VENV / "made-from", LOGS / "test-venv.log"
    if stamp.exists() and stamp.read_text() == wanted:
        return None
    pip = [str(VENV / "bin" / "pip"), "--disable-pip-version-check", "--no-input"]
    for command in (
        [sys.executable, "-m", "venv", "--clear", str(VENV)],
        [*pip, "install", "--quiet", "-r", str(REQUIREMENTS)],
    ):
        status, text = run(command, log, cwd=TOP)
        if status != 0:
            return text
    stamp.write_text(wanted)
    return None


def read_junit(path: pathlib.Path) -> Result:
    result = Result()
    for case in xml.parse(path).iter("testcase"):
        name = f"{case.get('classname')}.{case.get('name')}"
        skipped, broken = case.find("skipped"), case.find("failure")
        broken = case.find("error") if broken is None else broken
        if broken is not None:
            result.failures.append(f"{name}\n{tail(broken.text or broken.get('message') or '')}")
        elif skipped is not None:
            result.skips.append(f"{name}: {skipped.get('message') or 'no reason given'}")
        else:
            result.passed += 1
    return result


def follow(command: list[str], log: pathlib.Path, env: dict[str, str], cwd: pathlib.Path) -> int:
    """Run, with the output to `log` and the newest line of it on the terminal, if there is one."""
    live = sys.stdout.isatty()
    with log.open("ab") as file:
        child = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=env, cwd=cwd
        )
        assert child.stdout
        for line in child.stdout:
            file.write(line)
            if live and b"::" in line:
                sys.stdout.write("\r\033[K        " + line.decode(errors="replace").strip()[:90])
                sys.stdout.flush()
    if live:
        sys.stdout.write("\r\033[K")
    return child.wait()


def pytest_suite(
    cwd: str,
    tests: str,
    binary: Optional[pathlib.Path] = None,
    extra: Optional[dict] = None,
    without: tuple[str, ...] = (),
) -> Callable[..., Result]:
    def suite(log: pathlib.Path) -> Result:
        if not any((TOP / cwd / tests).rglob("test_*.py")):
            return Result()
        problem = make_venv()
        if problem:
            return Result(failures=[f"build/test-venv could not be made\n{tail(problem)}"])
        if binary and not binary.exists():
            return Result(failures=[f"{binary} is not there: its build failed"])
        junit = log.with_suffix(".xml")
        junit.unlink(missing_ok=True)
        env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **(extra or {})}
        env.setdefault("PLAIT_TEST_PEER_PYTHON", str(VENV / "bin" / "python"))  # it has Dagster
        if binary:
            env["PLAIT"] = str(binary)
        command = [str(VENV / "bin" / "python"), "-m", "pytest", "-v", "-p", "no:cacheprovider"]
        command += ["-n", str(PYTEST_JOBS), "--dist", "loadfile"]
        command += ["--timeout", "600", f"--junitxml={junit}", tests]
        command += [f"--ignore-glob=*/test_{name}.py" for name in without]
        status = follow(command, log, env, TOP / cwd)
        if not junit.exists():
            return Result(failures=[f"pytest did not finish\n{tail(log.read_text())}"])
        result = read_junit(junit)
        if status not in (0, 1, 5) and not result.failures:
            result.failures.append(f"pytest ended with {status}\n{tail(log.read_text())}")
        return result

    return suite


def ui_suite(log: pathlib.Path) -> Result:
    """The UI's pure parts, under node's own runner."""
    for command in (["tools/ui.sh", "packages"], ["tools/node.sh", "node", "ui/test/run.mjs"]):
        status, text = run(command, log, cwd=TOP)
        if status != 0:
            break
    passed = re.search(r"^# pass (\d+)$", text, re.M)
    failures = re.findall(r"^\s*not ok \d+ - (.*)$", text, re.M)
    if status != 0 and not failures:
        failures = [f"{' '.join(command)} ended with {status}\n{tail(text)}"]
    return Result(int(passed.group(1)) if passed else 0, failures)


# These are about Python's side and the browser's; the C that they run is that of the others.
NOT_SANITIZED = ("examples", "interpreters", "seed_003", "ui_*")
# gcc warns of things that are not so under -fsanitize; the plain build is the one that must be clean
PLAIN, SANITIZED = TOP / "build", TOP / "build-sanitize"
SUITES: dict[str, Callable[..., Result]] = {
    "c": c_suite(PLAIN, [], {}),
    "c-sanitize": c_suite(
        SANITIZED,
        ["-Db_sanitize=address,undefined", "-Dwerror=false", "-Doptimization=1"],
        SANITIZERS,
    ),
    "sdk": pytest_suite("sdk/python", "tests"),
    "ui": ui_suite,
    "e2e": pytest_suite(".", "test/e2e", PLAIN / "plait"),
    "e2e-sanitize": pytest_suite(
        ".", "test/e2e", SANITIZED / "plait", SANITIZERS, without=NOT_SANITIZED
    ),
}


def run_suite(name: str) -> Result:
    log = LOGS / f"{name}.log"
    log.unlink(missing_ok=True)
    start = time.monotonic()
    say(f"{name} …")
    result = SUITES[name](log)
    for failure in result.failures:
        say(f"  FAILED {failure}")
    for skip in result.skips:
        say(f"  skipped {skip}")
    say(f"{name}: {counts(result)} ({time.monotonic() - start:.0f} s)")
    return result


def main() -> int:
    parser = argparse.ArgumentParser(description="Run the test suites and count everything.")
    parser.add_argument("--only", action="append", choices=list(SUITES), metavar="SUITE")
    parser.add_argument("--list", action="store_true", help="name the suites")
    options = parser.parse_args()
    if options.list:
        say("\n".join(SUITES))
        return 0
    LOGS.mkdir(parents=True, exist_ok=True)
    if not options.only:  # it waits for downloads: beside the compilers
        threading.Thread(target=make_venv, daemon=True).start()
    total = Result()
    for name in options.only or SUITES:
        total.add(run_suite(name))
    if total.failures:
        say(f"output of every suite: {LOGS.relative_to(TOP)}")
    say(counts(total))
    return 1 if total.failures else 0


if __name__ == "__main__":
    sys.exit(main())
