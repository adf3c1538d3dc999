"""layout: laying out random graphs of 1,000 and 2,000 boxes, time and edge crossings, beside dagre (from npm, where there
is one); ours also at 10,000, and at 100,000 in closed frames."""

from __future__ import annotations

import random
import shutil
import subprocess
from typing import NamedTuple, Optional

import measure
from measure import BUILD, PROBES, WORK, Check, Report, Row

DAGRE = "@dagrejs/dagre@3.1.3"
TIMES_DAGRE = 200  # at 2,000 boxes
CROSSINGS = 1.1  # of dagre's, at most
BOUNDS_MS = {1000: None, 2000: 55, 10000: 800, 100000: 3000}
FAR = 0.15  # edges that come from anywhere


class Piece(NamedTuple):  # of an edge, straight, from left to right
    x1: float
    y1: float
    x2: float
    y2: float
    begin: int
    end: int

    def y(self, x: float) -> float:
        return self.y1 + (self.y2 - self.y1) * (x - self.x1) / (self.x2 - self.x1)


def graph(boxes: int, frames: int, seed: int) -> str:
    """Edges from what is a little before, 15 % from anywhere before; frames are closed."""
    rng = random.Random(seed)
    edges: set[tuple[int, int]] = set()
    while len(edges) < boxes * 1.5:
        to = rng.randrange(1, boxes)
        near = max(0, to - 1 - int(rng.expovariate(1 / (0.05 * boxes + 3))))
        edges.add((rng.randrange(to) if rng.random() < FAR else near, to))
    lines = [str(boxes)]
    for i in range(boxes):
        lines.append(
            f"{rng.choice([140, 160, 190, 220, 280])} 52 {i * frames // boxes if frames else -1}"
        )
    lines += [str(frames), *["-1 1 220 64"] * frames, str(len(edges))]
    return "\n".join([*lines, *(f"{a} {b}" for a, b in sorted(edges))]) + "\n"


def pieces(drawn: str, boxes: int) -> list[Piece]:
    found = []
    for line in drawn.splitlines()[1 + boxes :]:
        begin, end, *numbers = line.split()
        points = list(zip(map(float, numbers[::2]), map(float, numbers[1::2])))
        for a, b in zip(points, points[1:]):
            (x1, y1), (x2, y2) = min(a, b), max(a, b)
            if x2 - x1 > 1e-9:
                found.append(Piece(x1, y1, x2, y2, int(begin), int(end)))
    return sorted(found)


def crossings(drawn: str, boxes: int) -> int:
    """Pairs of pieces that cross, of edges without a common end."""
    count, open_ones = 0, []
    for p in pieces(drawn, boxes):
        open_ones = [q for q in open_ones if q.x2 > p.x1]
        for q in open_ones:
            if {p.begin, p.end} & {q.begin, q.end}:
                continue
            least, most = max(p.x1, q.x1), min(p.x2, q.x2)
            count += most > least and (p.y(least) - q.y(least)) * (p.y(most) - q.y(most)) < 0
        open_ones.append(p)
    return count


def dagre() -> Optional[str]:
    """The folder it is installed in; None without node or npm."""
    if not shutil.which("node") or not shutil.which("npm"):
        return None
    folder = WORK / "dagre"
    if not (folder / "node_modules").is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        install = ["npm", "install", "--silent", "--prefix", folder, DAGRE]
        if subprocess.run(install, stdout=subprocess.DEVNULL).returncode:
            return None
    return str(folder)


def lay_out(command: list, text: str, folder: Optional[str] = None) -> tuple[float, str]:
    environment = measure.environment(NODE_PATH=f"{folder}/node_modules") if folder else None
    ran = subprocess.run(
        list(map(str, command)),
        input=text,
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    return float(ran.stdout.split()[1]), ran.stdout


def measure_all(report: Report, python: str, peer: Optional[str], quick: bool) -> None:
    rounds = 3 if quick else 9
    folder = dagre()
    for boxes, frames in ((1000, 0), (2000, 0), (10000, 0), (100000, 300)):
        text = graph(boxes, frames, seed=1)
        took, drawn = lay_out([BUILD / "bench/graph_layout", rounds], text)
        row = Row("layout", "closed frames" if frames else "boxes", boxes, "ms", took)
        if (bound := BOUNDS_MS[boxes]) is not None:
            report.checks.append(Check(f"layout: ms at {boxes:,}", took, bound, False))
        if folder and not frames and boxes <= (1000 if quick else 2000):
            row.peer, theirs = lay_out(["node", PROBES / "dagre_layout.js"], text, folder)
            ours, others = crossings(drawn, boxes), crossings(theirs, boxes)
            row.note = f"crossings {ours:,}, dagre's {others:,}"
            if boxes == 1000:
                ratio = ours / others
                report.checks.append(
                    Check("layout: crossings over dagre's", ratio, CROSSINGS, False)
                )
            else:
                times = row.peer / took
                report.checks.append(
                    Check("layout: dagre's time over ours", times, TIMES_DAGRE, True)
                )
        report.add(row)
