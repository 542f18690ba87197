"""The matrix as a table: actions by columns of state and queue on the terminal, all of it in Markdown."""

from collections.abc import Collection, Mapping, Sequence

from .cells import QUEUES, STATES, Cell

#: Names of cells with the outcome of their tests.
Verdicts = Mapping[str, str]

_SIGNS = {"passed": "ok", "failed": "FAILED", "skipped": "inconclusive"}
_UNPLAYED = "not played"


def _columns(cells: Collection[Cell]) -> list[tuple[str, str]]:
    """(state, queue) of every column with a meaning."""
    return [(state, queue) for state in STATES for queue in QUEUES
            if any(cell.expect for cell in cells if (cell.state, cell.queue) == (state, queue))]


def _heading(state: str, queue: str) -> str:
    return f"{state}, {queue}".removeprefix("stopping ").removeprefix("on ").removeprefix("when ")


def as_text(cells: Collection[Cell], verdicts: Verdicts) -> str:
    """For each action and column, how many of its cells have passed, of how many; `-` for none. The
    points at which it may be are together in one."""
    columns = _columns(cells)
    rows = [["action", *(_heading(*column) for column in columns)]]
    for name in dict.fromkeys(cell.fault.name for cell in cells):
        rows.append([name, *(_counts([cell for cell in cells if cell.fault.name == name and
                                      (cell.state, cell.queue) == column], verdicts) for column in columns)])
    rows[:1] = _wrapped(rows[0])
    first, *widths = [max(map(len, column)) for column in zip(*rows)]
    lines = ["  ".join([row[0].ljust(first), *map(str.rjust, row[1:], widths)]).rstrip() for row in rows]
    return "\n".join([*lines, "", _totals(cells, verdicts)])


def _wrapped(headings: Sequence[str]) -> list[list[str]]:
    """State above queue."""
    parted = [heading.partition(", ") for heading in headings]
    return [[parts[0] for parts in parted], [parts[2] for parts in parted]]


def _counts(cells: Collection[Cell], verdicts: Verdicts) -> str:
    declared = [cell for cell in cells if cell.expect]
    passed = sum(verdicts.get(str(cell)) == "passed" for cell in declared)
    return f"{passed}/{len(declared)}" if declared else "-"


def _totals(cells: Collection[Cell], verdicts: Verdicts) -> str:
    declared = [str(cell) for cell in cells if cell.expect]
    parts = [f"{len(declared)} cells declared"]
    for verdict, sign in _SIGNS.items():
        parts.append(f"{sum(verdicts.get(name) == verdict for name in declared)} {sign}")
    unplayed = sum(name not in verdicts for name in declared)
    return ", ".join([*parts, f"{unplayed} {_UNPLAYED}", f"{len(cells) - len(declared)} n/a"])


def as_markdown(cells: Collection[Cell], verdicts: Verdicts) -> str:
    """Every fault by every column, and why what is n/a is so."""
    columns = _columns(cells)
    by_place = {(cell.fault, (cell.state, cell.queue)): cell for cell in cells}
    lines = ["# Fault × state × queue", "", _totals(cells, verdicts) + ".", "",
             "| fault | " + " | ".join(_heading(*column) for column in columns) + " |",
             "|---" * (len(columns) + 1) + "|"]
    for fault in dict.fromkeys(cell.fault for cell in cells):
        signs = [_sign(by_place[fault, column], verdicts) for column in columns]
        lines.append(f"| `{fault.point} = {fault.action}` | " + " | ".join(signs) + " |")
    return "\n".join([*lines, "", *_reasons(cells)]) + "\n"


def _sign(cell: Cell, verdicts: Verdicts) -> str:
    return _SIGNS.get(verdicts.get(str(cell), ""), _UNPLAYED) if cell.expect else "n/a"


def _reasons(cells: Collection[Cell]) -> list[str]:
    """Each reason with how many cells it has."""
    reasons = [cell.reason for cell in cells if not cell.expect]
    return ["## Not applicable", "", "| cells | reason |", "|---:|---|",
            *(f"| {reasons.count(reason)} | {reason} |" for reason in dict.fromkeys(reasons))]
