"""What a cell leaves behind: the reply of a client, and how far the counters have moved."""

import contextlib
from collections.abc import Mapping

from ..stats import Stats
from ..traffic import ERROR_REPLY
from .cells import ENDED, Cell, Outcome

DEATHS = "daemon deaths"
_TROUBLE = ("failed ", "unknown ", "condemned ")
_FAILURES = (Outcome.TIMEOUT, Outcome.DEATH, Outcome.OVERSIZE)


def assert_outcome(cell: Cell, outcome: Outcome, request: bytes, reply: bytes) -> None:
    """`reply` is what a client with this outcome gets for its `request`."""
    if outcome is Outcome.FORGED:
        good = reply.count(b"\n") == 1 and reply.endswith(b"\n") and reply not in (request, ERROR_REPLY)
    else:
        good = reply == (request if outcome is Outcome.ECHO else ERROR_REPLY)
    assert good, f"{cell}: {outcome.name} was expected for {request!r}, not {reply!r}"


def ends_of_daemons(stats: Stats) -> int:
    """Daemons that have died, or were condemned."""
    return stats["daemon deaths"] + sum(stats.causes("condemned").values())


def changes(before: Stats, after: Stats) -> dict[str, int]:
    """What `after` has more of, of everything that goes wrong: {label: count}."""
    labels = ["queries timeout", "daemon deaths", *(label for label in after if label.startswith(_TROUBLE))]
    moved = {label: after[label] - before[label] for label in labels}
    return {label: count for label, count in moved.items() if count}


def expected_changes(cell: Cell) -> list[dict[str, int]]:
    """The same, as the cell promises it: one, or two when time decides on a cause."""
    wanted: dict[str, int] = {}

    def add(label: str) -> None:
        wanted[label] = wanted.get(label, 0) + 1

    for outcome in (cell.promise.client, cell.promise.later):
        if outcome in _FAILURES:
            add(outcome.value)
    if cell.queue != "empty":
        add("failed queue-full")
    if cell.state in ("starting", "probing"):
        add(DEATHS)  # the one that was killed for it
    either = [cause for cause in (cell.promise.condemned, cell.promise.or_else) if cause]
    if either == [ENDED]:
        add(DEATHS)
        return [wanted]
    return [wanted | {f"condemned {cause}": 1} for cause in either] or [wanted]


def assert_promised(cell: Cell, before: Stats, after: Stats) -> None:
    """The counters have moved as the cell promises."""
    *others, last = expected_changes(cell)
    for wanted in others:
        with contextlib.suppress(AssertionError):
            return assert_changed(before, after, wanted)
    return assert_changed(before, after, last)


def assert_changed(before: Stats, after: Stats, wanted: Mapping[str, int]) -> None:
    """The counters have moved as wanted, and no other. A daemon that is caught at its end, when only its
    pipes are closed, counts as condemned for that instead of as dead."""
    moved = changes(before, after)
    caught = wanted.get(DEATHS, 0) - moved.get(DEATHS, 0)
    for label in ("condemned closed-stdout", "condemned broken-stdin"):
        more = min(max(moved.get(label, 0) - wanted.get(label, 0), 0), max(caught, 0))
        caught -= more
        for name, change in ((label, -more), (DEATHS, more)):
            moved[name] = moved.get(name, 0) + change
    moved = {label: count for label, count in moved.items() if count}
    assert moved == wanted, f"{moved} instead of {wanted}"
