"""Memory moved to huge pages: which, when, and that a Python and its forks go on as if nothing had happened."""

from __future__ import annotations

import ctypes
import mmap
import os
import subprocess
import sys
import threading
from array import array
from pathlib import Path

import pytest
from host_client import LIBRARY, SDK
from plait.host import huge_pages, mappings
from plait.host.mappings import PAGE, Mapping, Part
from plait.host.zygote import MOVING_FORK

ORDINARY = frozenset(["rd", "wr", "mr", "mw", "me", "ac"])
PLAIN = Mapping(Part(1 << 30, 4 << 20, True), "", 4 << 20, ORDINARY)

CODE = """
    import dagster as dg

    @dg.asset
    def numbers(context):
        context.log.info("counting")
        return [1, 2, 3]
"""

# <linux/kernel-page-flags.h>, and an entry of /proc/PID/pagemap
OF_HUGE = 1 << 22
PRESENT, FRAME = 1 << 63, (1 << 55) - 1

MOVING = """
import gc, json, os, sys
sys.path.insert(0, sys.argv[1])
from plait.host import huge_pages, mappings

things = {f"key {i}": [i, str(i) * 3, {"n": i}] for i in range(40_000)}
before = json.dumps(things)
places = [id(value) for value in things.values()]
chosen = [mapping for mapping in mappings.writable() if huge_pages._movable(mapping)]
assert sum(mapping.part.size for mapping in chosen) > 8 << 20, chosen
for _ in range(2):
    if not huge_pages.move(sys.argv[2]):
        sys.exit(77)
assert json.dumps(things) == before
assert [id(value) for value in things.values()] == places
pid = os.fork()
if pid == 0:
    things.clear()
    gc.collect()
    os._exit(3)
assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 3
del things["key 7"]
more = [bytearray(1 << 20) for _ in range(30)]
gc.collect()
assert json.loads(before)["key 39999"] == things["key 39999"]
print("as it was")
"""


@pytest.fixture(scope="module")
def library():
    assert Path(LIBRARY).is_file(), "build it: ninja -C build"
    return LIBRARY


def test_a_python_goes_on_after_its_memory_has_moved(library):
    ran = subprocess.run(
        [sys.executable, "-c", MOVING, SDK, library], capture_output=True, text=True
    )
    if ran.returncode == 77:
        pytest.skip("the kernel gives no huge page here")
    assert (ran.returncode, ran.stdout) == (0, "as it was\n"), ran.stderr


def test_workers_are_as_before_once_memory_has_moved(ready):
    client = ready(CODE)
    early, *others = client.workers(MOVING_FORK + 2)
    for worker in (early, others[-1]):
        step = worker.run("numbers", isolation="process")
        assert step.exception is None, step.exception
        assert worker.exit()["code"] == 0
    for worker in others[:-1]:
        worker.socket.close()
        assert worker.exit()["code"] == 0


def kernel_joins(size):
    """Whether so many bytes of this process's memory can be joined to huge pages."""
    with mmap.mmap(-1, size + huge_pages.HUGE, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as memory:
        memory[:] = b"a" * len(memory)
        byte = ctypes.c_char.from_buffer(memory)
        first = -(-ctypes.addressof(byte) // huge_pages.HUGE) * huge_pages.HUGE
        del byte  # it holds the memory
        part = ctypes.c_void_p(first), ctypes.c_size_t(size)
        return ctypes.CDLL(None).madvise(*part, huge_pages._COLLAPSE) == 0


def frames(pid):
    """Where in the machine's memory the pages of a process's larger private memory are: 0 where nobody may know."""
    found = array("Q")
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/pagemap", "rb", 0) as pages:
        for line in maps:
            place, rights, _, _, inode, *name = line.split()
            first, end = (int(number, 16) for number in place.split("-"))
            plain = rights == "rw-p" and inode == "0" and name in ([], ["[heap]"])
            if plain and end - first >= huge_pages.LEAST:
                pages.seek(first // PAGE * 8)
                found.frombytes(pages.read((end - first) // PAGE * 8))
    return [entry & FRAME for entry in found if entry & PRESENT]


def share_of_huge(pid):
    """Of a process's larger private memory: how much lies in huge pages, from 0 to 1. The kernel tells by smaps only of those
    that are mapped as one; moved memory seldom is."""
    found = frames(pid)
    if not all(found):
        pytest.skip("where memory lies is told to root only (CAP_SYS_ADMIN)")
    huge = 0
    with open("/proc/kpageflags", "rb", 0) as flags:
        for frame in found:
            flags.seek(frame * 8)
            huge += int.from_bytes(flags.read(8), sys.byteorder) & OF_HUGE != 0
    return huge / len(found)


def test_memory_of_a_host_that_forks_much_is_moved(ready, monkeypatch):
    if not os.path.isfile(LIBRARY):
        pytest.skip("huge_pages.so is not built here: ninja -C build")
    if not kernel_joins(16 * huge_pages.HUGE):
        pytest.skip("the kernel gives no huge page here")
    # What forks are to copy at once goes back to small pages, by hundreds; without it next to all memory is in huge ones.
    monkeypatch.setenv("PLAIT_NO_IO_URING", "1")
    client = ready(CODE)
    client.workers(MOVING_FORK - 1)
    before = share_of_huge(client.process.pid)
    client.workers(1)
    assert before < 0.8 < share_of_huge(client.process.pid)


def test_memory_does_not_move_beside_another_thread(monkeypatch):
    asked = []
    monkeypatch.setattr(huge_pages.ctypes, "CDLL", lambda name: asked.append(name))
    end = threading.Event()
    other = threading.Thread(target=end.wait)
    other.start()
    try:
        assert not huge_pages.move("library")
    finally:
        end.set()
        other.join()
    assert asked == []


@pytest.mark.parametrize("name", ["", "[heap]"])
def test_plain_memory_is_moved(name):
    assert huge_pages._movable(PLAIN._replace(name=name))


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"part": Part(1 << 30, 4 << 20, False), "name": "/lib/a.so"}, id="a file's"),
        pytest.param({"name": "[stack]"}, id="the stack"),
        pytest.param({"name": "[anon:arena]"}, id="named by who made it"),
        pytest.param({"part": Part(1 << 30, 4096, True), "resident": 4096}, id="small"),
        pytest.param({"resident": 1 << 20}, id="mostly not in memory"),
        *(
            pytest.param({"flags": ORDINARY | {flag}}, id=why)
            for flag, why in {
                "gd": "grows down",
                "lo": "locked",
                "dc": "not for forks",
                "wf": "wiped in forks",
                "nh": "not to be huge",
                "uw": "watched by a program",
            }.items()
        ),
    ],
)
def test_any_other_memory_is_not(other):
    assert not huge_pages._movable(PLAIN._replace(**other))


@pytest.mark.parametrize("name", ["", "/nowhere/huge_pages.so", os.devnull])
def test_without_the_library_memory_stays(name):
    assert not huge_pages.move(name)


def test_mappings_are_those_that_can_be_written_to():
    found = list(mappings.writable())
    assert {mapping.name for mapping in found} >= {"[heap]", "[stack]"}
    for (first, size, anonymous), name, resident, flags in found:
        assert first % mappings.PAGE == size % mappings.PAGE == 0 and size > 0
        assert anonymous is not name.startswith("/")
        assert 0 <= resident <= size and {"rd", "wr"} <= flags
