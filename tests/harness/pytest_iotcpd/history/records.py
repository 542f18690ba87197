"""What the three histories tell, line by line. Times are CLOCK_MONOTONIC in nanoseconds."""

import dataclasses
import itertools
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, Self, TypeAlias

from ..client_outcome import ERROR_REPLY, LEFT, NOTHING, REFUSED, REPLY, RESET, TIMEOUT

TOKEN = re.compile(rb"tk_[0-9a-f]{16}")
_BATCH_LINES = 5000
#: Nanoseconds, or None where there is no such time. Which lines have it follows from their outcome,
#: which no type checker knows.
TimeNs: TypeAlias = Any
_TOKEN_TEXT = re.compile(TOKEN.pattern.decode())

#: Of client outcomes, those an invocation may have.
ADMITTED = frozenset({REPLY, ERROR_REPLY, TIMEOUT, RESET, REFUSED})


def objects(lines: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """The JSON objects in these lines. Many at a time are parsed in a third of the time."""
    lines = iter(lines)
    while batch := list(itertools.islice(lines, _BATCH_LINES)):
        yield from json.loads(b"[%s]" % b",".join(batch))


def sentinel(token: str) -> str:
    """The last word of the request with this token: who sees it has seen all of the request."""
    return token.replace("tk_", "es_")


class DaemonName(NamedTuple):
    """One process of a pool."""
    worker: int
    incarnation: int
    pid: int

    def __str__(self) -> str:
        return f"worker {self.worker} incarnation {self.incarnation} pid {self.pid}"


@dataclasses.dataclass(slots=True)
class ClientRecord:
    """One invocation. `received` is all that came until the end, at most a few KiB of it."""
    token: str
    outcome: str
    received: bytes
    invoked_ns: int         #: before the connection was made
    sending_ns: TimeNs      #: before the first byte of the request was sent
    sent_ns: TimeNs         #: after its last byte was; None when it could not be
    ended_ns: int


@dataclasses.dataclass(slots=True)
class TraceLine:
    """One query as the redirector's --trace tells it."""
    token: str | None
    outcome: str
    cause: str | None
    daemon: DaemonName | None
    complete_ns: TimeNs
    handed_out_ns: TimeNs
    decided_ns: int
    answered_ns: TimeNs = None  #: its daemon's reply came, which then waited for its turn

    @classmethod
    def of(cls, line: dict[str, Any]) -> Self:
        """`line` is the JSON object."""
        daemon = DaemonName(line["worker"], line["incarnation"], line["pid"])
        token = _TOKEN_TEXT.search(line["request"])
        return cls(token[0] if token else None, line["outcome"], line["cause"],
                   None if daemon.pid is None else daemon, line["complete_ns"],
                   line["handed_out_ns"], line["decided_ns"], line.get("answered_ns"))


@dataclasses.dataclass(slots=True)
class JournalLine:
    """One event of a fake daemon; what an event does not tell is None."""
    event: str
    t_ns: int
    daemon: DaemonName
    token: str | None
    point: str | None
    action: str | None
    fault: str | None      #: its text
    slept_ns: TimeNs
    reason: str | None

    @classmethod
    def of(cls, line: dict[str, Any]) -> Self:
        """`line` is the JSON object."""
        slept_us = line.get("slept_us")
        return cls(line["event"], line["t_ns"],
                   DaemonName(line["worker"], line["incarnation"], line["pid"]),
                   line.get("token"), line.get("point"), line.get("action"), line.get("fault"),
                   None if slept_us is None else slept_us * 1000, line.get("reason"))
