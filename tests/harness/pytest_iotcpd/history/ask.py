"""Classes Ask and Burst: what is asked in a scenario, and how."""

import dataclasses
import functools
import re
import time
from collections.abc import Callable, Sequence

from .recording_client import RecordingClient
from .records import ClientRecord

_DIRECTIVE = re.compile(r"@([a-z-]+)(?:\(\d+\))?=(?:[^a-z]*)([a-z-]+)")
_LEAVES_AFTER_S = 0.02  #: a client that leaves, so that its request is on its way by then


@dataclasses.dataclass(frozen=True)
class Ask:
    """One request of a scenario. `words` may hold faults that its daemon obeys; its client leaves
    with a reset once it has sent it, if `leave`; `deadline_s` is its patience. `manner` is how it is
    sent: "" at once, "slowly", "half-closed", or "broken-off" before its newline."""
    words: str = ""
    leave: bool = False
    deadline_s: float | None = None
    manner: str = ""

    @property
    def directives(self) -> list[tuple[str, str]]:
        """(point, action) of the faults in its words."""
        return _DIRECTIVE.findall(self.words)


@dataclasses.dataclass(frozen=True)
class Burst:
    """Pipelined requests of one connection, for each its words. Its client leaves with a reset when it
    has had `leave_after` replies, unless that is None."""
    words: Sequence[str]
    leave_after: int | None = None

    @property
    def directives(self) -> list[tuple[str, str]]:
        """(point, action) of the faults in their words."""
        return [directive for each in self.words for directive in _DIRECTIVE.findall(each)]


def put(client: RecordingClient, ask: Ask, sent: Callable[[], None]) -> ClientRecord:
    """By `client`, which keeps the record; `sent()` is called once it is sent, when it is one without a
    manner and nobody leaves."""
    if ask.manner:
        manners: dict[str, Callable[[str], ClientRecord]] = {
            "slowly": client.ask_slowly, "half-closed": client.ask_half_closed,
            "broken-off": lambda _: client.break_off()}
        return manners[ask.manner](ask.words)
    if ask.leave:
        return client.leave(ask.words, functools.partial(time.sleep, _LEAVES_AFTER_S))
    return client.ask(ask.words, ask.deadline_s, sent)
