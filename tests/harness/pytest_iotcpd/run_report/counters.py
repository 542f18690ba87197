"""The counters of a redirector at its end, asked for without disturbing what the test is about."""

import contextlib
import signal
import typing

from .. import proc, stats

AT_THE_END = "at the end"
_WITHIN_S = 0.5
#: After one of these it is on its way out, and is left alone.
_ENDING_SIGNALS = {signal.SIGTERM, signal.SIGINT, signal.SIGKILL, signal.SIGSTOP}


def last_counters(server: typing.Any) -> dict[str, typing.Any] | None:
    """What an Iotcpd counted: {"when": ..., "queries total": ...}, told now when it may be asked, else
    as the test has last seen it; None when nobody ever asked."""
    told, when = None, AT_THE_END
    if _may_be_asked(server):
        with contextlib.suppress(Exception):
            told = server.stats(within=_WITHIN_S)
    if told is None:
        blocks = stats.parse_blocks(server.stdout.text())
        told, when = (blocks[-1] if blocks else None), "as the test last saw them"
    return None if told is None else {"when": when, **_chosen(told)}


def _may_be_asked(server: typing.Any) -> bool:
    """Alive, ready, not stopped, not told to end, its stdout read, and no file written by the answer."""
    return (server.running and not server.stdout.closed and server.announced_ready
            and proc.state(server.pid) not in ("T", "t") and not _ENDING_SIGNALS & server.sent_signals
            and not any(word.startswith("--stats-file") for word in server.command))


def _chosen(told: stats.Stats) -> dict[str, typing.Any]:
    """Outcomes, deaths and causes that were counted; the page needs no other."""
    wanted = ("queries total", *stats.OUTCOME_LABELS, stats.IN_FLIGHT_LABEL, "daemon spawns",
              "daemon deaths")
    chosen: dict[str, typing.Any] = {label: told[label] for label in wanted if label in told}
    for kind in ("failed", "unknown", "condemned"):
        chosen[kind] = told.causes(kind)
    return chosen

