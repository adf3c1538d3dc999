"""Forks that copy at once: which memory, and that nothing else of them changes."""

from __future__ import annotations

import mmap
import os
import resource

import pytest
from plait.host import forks

PAGES = 64
WRITTEN = [*range(3, 6), *range(9, 40)]
RING = "anon_inode:[io_uring]"


@pytest.fixture
def memory():
    """Private pages, all of them in memory."""
    with mmap.mmap(-1, PAGES * forks.PAGE, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as made:
        made[:] = b"a" * len(made)
        yield made


def write(memory, pages, letter=b"b"):
    for page in pages:
        memory[page * forks.PAGE : page * forks.PAGE + 1] = letter


def in_fork(body):
    """What `body` returns, a small number, in a fork of this process."""
    pid = os.fork()
    if pid == 0:
        code = 255
        try:
            code = min(body(), 254)
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def faults_of(memory, pages):
    def body():
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        write(memory, pages)
        return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

    return in_fork(body)


def test_what_a_scout_writes_to_is_copied_within_later_forks(memory):
    others = [page for page in range(PAGES) if page not in WRITTEN][: len(WRITTEN)]
    write(memory, WRITTEN)
    assert faults_of(memory, WRITTEN) >= len(WRITTEN)
    held = forks.copy_written_by(lambda: write(memory, WRITTEN))
    if held < 0:
        pytest.skip("this kernel has no io_uring for us")
    try:
        assert faults_of(memory, WRITTEN) < len(WRITTEN) // 2
        assert faults_of(memory, others) >= len(others)
    finally:
        os.close(held)


def test_forks_stay_apart_from_their_parent(memory):
    held = forks.copy_written_by(lambda: write(memory, WRITTEN))
    assert memory[:] == b"a" * len(memory)
    write(memory, [4, 50], b"c")
    assert in_fork(lambda: memory[4 * forks.PAGE] + 0) == ord("c")
    in_fork(lambda: write(memory, range(PAGES)) or 0)
    kept = [page for page in range(PAGES) if memory[page * forks.PAGE] != ord("a")]
    assert kept == [4, 50]
    if held >= 0:
        os.close(held)


def rings_of(client):
    folder = f"/proc/{client.process.pid}/fd"
    return [fd for fd in os.listdir(folder) if os.readlink(f"{folder}/{fd}") == RING]


@pytest.mark.parametrize("value", ["1", "", None])
def test_a_host_makes_no_io_uring_where_none_is_wanted(host, monkeypatch, memory, value):
    if value is None:
        monkeypatch.delenv("PLAIT_NO_IO_URING", raising=False)
    else:
        monkeypatch.setenv("PLAIT_NO_IO_URING", value)
    held = forks.copy_written_by(lambda: write(memory, WRITTEN))
    client = host({"defs.py": "import dagster as dg\n\n@dg.asset\ndef one() -> None: ...\n"})
    assert client.compile()["ok"]
    assert client.run("one").exception is None
    if value:
        assert (held, rings_of(client)) == (-1, [])
        return
    if held < 0:
        pytest.skip("this kernel has no io_uring for us")
    os.close(held)
    assert len(rings_of(client)) == 1


@pytest.mark.parametrize("end", [lambda: os._exit(0), lambda: 1 / 0])
def test_lost_scout_changes_nothing(end, capfd):
    before = os.listdir("/proc/self/fd")
    assert forks.copy_written_by(end) == -1
    assert os.listdir("/proc/self/fd") == before


def test_worker_has_nothing_of_what_makes_forks_cheap(ready):
    client = ready(
        """
        import os
        import dagster as dg

        @dg.asset
        def descriptors() -> None:
            for name in os.listdir("/proc/self/fd"):
                try:
                    print(os.readlink(f"/proc/self/fd/{name}"))
                except OSError:
                    pass
        """
    )
    assert "io_uring" not in client.run("descriptors").stdout
