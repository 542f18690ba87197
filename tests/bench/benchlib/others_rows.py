"""The rows on other ways to do the job: those that are installed are measured, others are named."""

import contextlib
import sys
import tempfile

from . import others
from .cores import at_home
from .plan import CLIENTS, DAEMONS
from .report import Row
from .server import BenchError, Server

LIMIT = 10
BURSTS_THAT_MAY_FAIL = 3


def against_others(plan):
    """One connection per request; everything on one core, rates by its clock."""
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        stack.enter_context(at_home())
        ours = stack.enter_context(Server(plan.iotcpd, DAEMONS))
        plan.warm_up(ours)
        forking = _installed(others.per_connection())
        balancing = _installed([others.HaProxy(plan.bare, DAEMONS)])
        ways = [stack.enter_context(way.serving(folder)) for way in forking + balancing]
        comparison = plan.interleave(
            lambda: _burst(plan, ours),
            *(lambda way=way: _burst_of_another(plan, way) for way in ways),
            most_foreign=1,
        )
    return _rows(comparison, [ours.name, *(way.name for way in ways)], len(forking))


def _installed(programs):
    for program in programs:
        if program.is_missing:
            print(
                f"not installed, left out: {program.name} (package {program.package})",
                file=sys.stderr,
            )
    return [program for program in programs if not program.is_missing]


def _burst(plan, server):
    return plan.client.run(server, CLIENTS, plan.burst_s)


def _burst_of_another(plan, way):
    """That it loses a connection now and then shall not cost all the others their rows."""
    for _ in range(BURSTS_THAT_MAY_FAIL):
        with contextlib.suppress(BenchError):
            return _burst(plan, way)
        print(f"{way.name} has failed clients: its burst is done again", file=sys.stderr)
    return _burst(plan, way)


def _rows(comparison, names, forking):
    """Side 0 is ours, the next `forking` ones start a process per connection."""
    medians = comparison.medians("wall_rate")
    best = max(range(1, forking + 1), key=lambda side: medians[side], default=None)

    def row(key, title, side, limit=None):
        return Row(
            key,
            title,
            comparison.ratios("wall_rate", 0, side),
            sense=">=",
            limit=limit,
            digits=2,
            sides=(medians[0], medians[side]),
            note=f"{medians[0]:,.0f} / {medians[side]:,.0f} per s",
        )

    rows = []
    for side, name in enumerate(names[1:], 1):
        manner = (
            "a process per connection" if side <= forking else f"before {DAEMONS} bare redirectors"
        )
        rows.append(row(f"rate_{name}", f"requests/s, iotcpd / {name}, {manner}", side))
    if best is not None:
        title = f"requests/s, iotcpd / the best of process per connection, {names[best]}"
        rows.append(row("rate_others", title, best, LIMIT))
    return rows
