"""What the kernel knows of a process: its start time, which tells two uses of one pid apart."""

from __future__ import annotations

import os


def started(pid: int) -> str | None:
    """The kernel's start time of a process (field 22 of its stat), in clock ticks since boot, as text."""
    try:
        file = os.open(f"/proc/{pid}/stat", os.O_RDONLY | os.O_CLOEXEC)
        text = os.read(file, 4096)
        os.close(file)
    except OSError:
        return None
    # The name, field 2, may hold spaces and parentheses: fields are counted from its last ')'.
    return text[text.rindex(b")") + 2 :].split()[19].decode()
