"""A segment: what happened between two moments of quiet, the three histories joined by token."""

import dataclasses
from collections.abc import Iterator
from typing import Any

from ..deadline import scaled
from ..footprint import Footprint
from .incarnations import Incarnations
from .records import ClientRecord, JournalLine, TraceLine


@dataclasses.dataclass(frozen=True)
class Promises:
    """What the redirector under test was told, and what it owes for it. Times in seconds."""
    num_daemons: int
    busy_timeout_s: float = 15.0
    queue_timeout_s: float = 0.5
    alarm_interval_s: float = 2.0
    max_reply: int = 65536
    concurrency: int = 1
    keep_alive: bool = False    #: connections are kept for more than one request
    probed: bool = False        #: daemons get requests without a token, too
    tick_s: float = 0.05        #: by which it may decide late
    slack_s: float = 0.3        #: which a busy machine may add, before scaling
    recovery_successes: int = 3
    recovery_s: float = 5.0     #: before scaling
    rss_kib_per_cycle: float = 128.0

    def late_ns(self, seconds: float) -> int:
        """When what is due after `seconds` is too late."""
        return round((seconds + self.tick_s + scaled(self.slack_s)) * 1e9)

    @property
    def decision_s(self) -> float:
        """Within which the outcome of a complete request is decided, tick and slack apart."""
        return self.queue_timeout_s + self.busy_timeout_s


@dataclasses.dataclass(slots=True)
class Operation:
    """One token: what each history has of it."""
    token: str
    client: list[ClientRecord] = dataclasses.field(default_factory=list)
    trace: list[TraceLine] = dataclasses.field(default_factory=list)
    received: list[JournalLine] = dataclasses.field(default_factory=list)
    replied: list[JournalLine] = dataclasses.field(default_factory=list)
    faults: list[JournalLine] = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Segment:
    """What a checker gets. `operations` are those that clients have invoked, by token; lines about
    any other token, or about none, are `strangers`. `incarnations` reaches back before it."""
    promises: Promises
    operations: dict[str, Operation]
    strangers: list[TraceLine | JournalLine] = dataclasses.field(default_factory=list)
    faults: list[JournalLine] = dataclasses.field(default_factory=list)
    strays: list[JournalLine] = dataclasses.field(default_factory=list)
    incarnations: Incarnations = dataclasses.field(default_factory=Incarnations)
    samples: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    #: ^ statistics in order, the last of the segment before it first, its own last at rest
    footprints: list[Footprint] = dataclasses.field(default_factory=list)
    #: ^ of all cycles since the beginning
    planned: frozenset[tuple[str, str]] = frozenset()
    #: ^ (point, action) that are to fire, since the beginning
    killed: frozenset[int] = frozenset()  #: pids that the test has killed, since the beginning
    stopped: frozenset[int] = frozenset()  #: likewise stopped, for a time
    refreshes: int = 0                    #: rolling refreshes, since the beginning
    faults_stopped_ns: int | None = None
    asked_ns: int | None = None           #: when its last statistics were asked for
    cut_ns: int = 0                       #: its end

    @property
    def before(self) -> dict[str, Any]:
        return self.samples[0]

    @property
    def after(self) -> dict[str, Any]:
        return self.samples[-1]

    def grown(self, *labels: str) -> int:
        """By how much counters have grown in this segment, together."""
        return sum(self.after.get(label, 0) - self.before.get(label, 0) for label in labels)

    def clients(self) -> Iterator[tuple[Operation, ClientRecord]]:
        """(operation, client record) of all invocations."""
        return ((operation, record) for operation in self.operations.values()
                for record in operation.client)

    def traces(self) -> Iterator[tuple[Operation, TraceLine]]:
        """(operation, trace line) of all queries."""
        return ((operation, line) for operation in self.operations.values()
                for line in operation.trace)
