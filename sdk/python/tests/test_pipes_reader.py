"""Whatever bytes come, in whatever pieces: every whole message is taken once and in order, and reading ends."""

from __future__ import annotations

import json
import os
import random

import plait as dg
import pytest
from plait.pipes.lines import Lines

ROUNDS = int(os.environ.get("PLAIT_TEST_ROUNDS", "60"))
NOISE = (b"{", b"}", b'"', b"\\", b"\xff", b"\x00", b"\r", b"[1]", b"null", b" ", b'{"a":1}')


class Log:
    """Stands for the log of a context."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def warning(self, text: str, *args: object, **more: object) -> None:
        self.lines.append(text)

    error = debug = info = warning

    def log(self, level: int, text: str, *args: object) -> None:
        self.lines.append(text % args)


class Context:
    has_assets_def = has_partition_key = False
    run_id, job_name, retry_number = "run", None, 0

    def __init__(self) -> None:
        self.log = Log()


def message(number: int) -> bytes:
    payload = {"number": number, "text": "ä☃\n" * (number % 50)}
    line = {
        "__dagster_pipes_version": "0.1",
        "method": "report_custom_message",
        "params": {"payload": payload},
    }
    return json.dumps(line, ensure_ascii=number % 2 == 0).encode()


def noise(chance: random.Random, number: int) -> bytes:
    """A line that is no message: rubbish, or a message that was cut or has a byte changed for the worse."""
    kind = chance.randrange(3)
    if kind == 0:
        return b"".join(chance.choice(NOISE) for _ in range(chance.randrange(1, 20)))
    whole = message(number)
    if kind == 1:
        return whole[: chance.randrange(1, len(whole))]
    return whole[chance.randrange(1, 10) :]


def pieces(chance: random.Random, data: bytes) -> list[bytes]:
    cut = []
    while data:
        size = chance.choice((1, 2, 7, 100, 4096, 1 << 17))
        cut.append(data[:size])
        data = data[size:]
    return cut


@pytest.mark.parametrize("kind", ["file", "named pipe", "stdout"])
@pytest.mark.parametrize("seed", range(ROUNDS))
def test_every_whole_message_is_taken_in_order(kind, seed, tmp_path, capfdbinary):
    chance = random.Random(seed)
    lines, numbers, others = [], [], []
    for number in range(chance.randrange(60)):
        if chance.random() < 0.6:
            lines.append(message(number))
            numbers.append(number)
        else:
            others.append(noise(chance, number))
            lines.append(others[-1])
    end = chance.choice(
        (b"\n", b"")
    )  # without it the last line is whole all the same, or it is none
    data = b"\n".join(lines) + (end if lines else b"")

    reader = {
        "file": lambda: dg.PipesFileMessageReader(str(tmp_path / "messages")),
        "named pipe": dg.PipesFifoMessageReader,
        "stdout": dg.PipesStdioMessageReader,
    }[kind]()
    context = Context()
    injector = dg.PipesEnvContextInjector()
    with dg.open_pipes_session(context, injector, reader) as session:
        path = session.message_reader_params.get("path")
        fd = os.open(path, os.O_WRONLY | os.O_APPEND) if path else os.dup(session.stdio["stdout"])
        for piece in pieces(chance, data):
            while piece:
                piece = piece[os.write(fd, piece) :]
        os.close(fd)
    assert [payload["number"] for payload in session.get_custom_messages()] == numbers
    left_out = [line for line in context.log.lines if "this is no message" in line]
    if kind == "stdout":
        shown = b"\n".join(others) + (b"\n" if others else b"")
        out = capfdbinary.readouterr().out
        assert out in (shown, shown[:-1]) and not left_out
    else:
        assert len(left_out) == len([line for line in others if visible(line)])


def visible(line: bytes) -> bool:
    return bool(line.decode("utf-8", "replace").strip())


@pytest.mark.parametrize("seed", range(20))
def test_lines_are_what_splitting_the_whole_gives(seed):
    chance = random.Random(seed)
    data = bytes(chance.choice(b"ab\n{") for _ in range(chance.randrange(2000)))
    lines, found = Lines(), []
    for piece in pieces(chance, data):
        found += lines.feed(piece)
    *whole, rest = data.split(b"\n")
    assert [line for line, _ in found] == [line + b"\n" for line in whole]
    assert lines.size == len(rest)
    assert lines.release() == rest


def test_the_rest_of_a_released_line_is_not_whole():
    lines = Lines()
    lines.feed(b"prompt> ")
    assert not lines.opens_brace()
    assert lines.release() == b"prompt> "
    assert lines.feed(b'{"a":1}\nnext\n') == [(b'{"a":1}\n', False), (b"next\n", True)]
