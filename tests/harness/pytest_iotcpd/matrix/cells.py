"""What a cell of the matrix is: a fault, the state of its daemon, the queue behind it, the effect."""

import dataclasses
import enum

#: "sharing" is serving another request as well, by channel IDs.
STATES = ("starting", "probing", "idle", "serving", "sharing", "resting", "stopping on drain",
          "stopping on refresh", "stopping when condemned")
#: "pipelined" is full, too, and all requests have come in one write on a connection that is kept.
QUEUES = ("empty", "full", "pipelined")

#: Cause of an end by the daemon itself. Its pipes close one by one before its exit can be seen, so one
#: that is caught at it counts as condemned for a closed pipe.
ENDED = "ended by itself"


class Outcome(enum.Enum):
    """What a client gets, with the counter that it adds to."""
    ECHO = "queries replied"
    FORGED = "queries replied "  #: another line of its daemon, which nobody can tell from a reply
    TIMEOUT = "queries timeout"
    DEATH = "failed daemon-death"
    OVERSIZE = "failed oversize-reply"


@dataclasses.dataclass(frozen=True)
class Expect:
    """`client` is whose request the fault meets, `later` who comes after it (the queued one, if the queue is
    full; when sharing, the other one that its daemon has). `condemned` is the cause of the daemon's end,
    `or_else` what it may be as well when time decides; None when it lives on. With `at_once` the redirector
    sees it without another request; `by_timeout` when it takes a busy-timeout. `ends` is how a daemon that is
    being stopped ends: "eof", "term", "fault" as its journal says, or "killed"."""
    client: Outcome = Outcome.ECHO
    later: Outcome = Outcome.ECHO
    condemned: str | None = None
    or_else: str | None = None
    at_once: bool = True
    by_timeout: bool = False
    ends: str | None = None

    @property
    def needs_timeout(self) -> bool:
        return self.by_timeout or self.condemned == "timeout"


@dataclasses.dataclass(frozen=True)
class Fault:
    """`action` with its arguments, at `point`."""
    point: str
    action: str

    @property
    def name(self) -> str:
        return self.action.partition("(")[0]

    @property
    def place(self) -> str:
        """The point, without its offset."""
        return self.point.partition("(")[0]

    def term(self, scope: str = "", trigger: str = "1* ") -> str:
        return f"{self.point}{scope} = {trigger}{self.action}"


@dataclasses.dataclass(frozen=True)
class Cell:
    """A place in the matrix: `expect` is None where the combination has no meaning, for `reason`."""
    fault: Fault
    state: str
    queue: str
    expect: Expect | None = None
    reason: str = ""

    @property
    def promise(self) -> Expect:
        """What is expected in a cell that has a meaning."""
        assert self.expect, f"{self} is none: {self.reason}"
        return self.expect

    def __str__(self) -> str:
        return f"{self.fault.point}={self.fault.action}-{self.state}-{self.queue}".replace(" ", "-")
