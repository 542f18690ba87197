"""The table of a campaign, as Markdown."""

import collections
from collections.abc import Sequence

from ..run_report.verdicts import BAD
from .runs import Run

_HEAD = ("run", "passed", "failed", "inconclusive", "skipped", "wall time", "verdict")
_PASSED = ("passed", "unexpectedly passed", "expected failure")


def table(runs: Sequence[Run]) -> str:
    """A row for each run, aligned also for who reads it as it is; then the tests that no run has judged."""
    rows = [_HEAD, *map(_row, runs)]
    widths = [max(map(len, column)) for column in zip(*rows)]
    lines = [_line([cell.rjust(width) for cell, width in zip(row, widths)]) for row in rows]
    lines.insert(1, _line(["-" * (width - 1) + ":" for width in widths]))
    unjudged = _never_conclusive(runs)
    if unjudged:
        lines += ["\nInconclusive in every run:\n\n", *(f"- `{test}`\n" for test in unjudged)]
    return "".join(lines)


def _never_conclusive(runs: Sequence[Run]) -> list[str]:
    """A test of which nothing is known after all these runs: it cannot have failed."""
    verdicts = collections.defaultdict(set)
    for run in runs:
        for test, verdict in run.tests.items():
            verdicts[test].add(verdict)
    return sorted(test for test, seen in verdicts.items() if seen == {"inconclusive"})


def counts(run: Run) -> dict[str, int]:
    """{kind: how many}: inconclusive are those skipped with the evidence of a disturbed machine, skipped
    those for another reason."""
    return {"passed": sum(run.verdicts[name] for name in _PASSED),
            "failed": sum(run.verdicts[name] for name in BAD),
            "inconclusive": run.verdicts["inconclusive"], "skipped": run.verdicts["skipped"]}


def _row(run: Run) -> tuple[str, ...]:
    minutes, seconds = divmod(round(run.wall_s), 60)
    verdict = f"RED (exit code {run.exit_code})" if run.red else "green"
    return (str(run.number), *map(str, counts(run).values()), f"{minutes}:{seconds:02}", verdict)


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |\n"
