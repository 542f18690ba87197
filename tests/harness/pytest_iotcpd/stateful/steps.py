"""What may happen to a running redirector, one dataclass per step, and their JSON form.

A step says what is done, never what must come of it: that is what the checkers are for. In JSON it is
an object with its name as "step" and its fields: {"step": "send", "words": "", "count": 2}.
"""

import dataclasses
import re
from typing import Any


@dataclasses.dataclass(frozen=True)
class Send:
    """So many requests at the same time, all with these words, until each has its outcome."""
    words: str = ""
    count: int = 1


@dataclasses.dataclass(frozen=True)
class Begin:
    """The same, but the next steps are taken while they are on their way."""
    words: str = ""
    count: int = 1


@dataclasses.dataclass(frozen=True)
class SendSlowly:
    """One request that comes in pieces."""
    words: str = ""


@dataclasses.dataclass(frozen=True)
class HalfClose:
    """One request whose client says at once that it sends no more."""
    words: str = ""


@dataclasses.dataclass(frozen=True)
class BreakOff:
    """Half a request, and then no more."""


@dataclasses.dataclass(frozen=True)
class Abort:
    """One request whose client leaves with a reset."""
    words: str = ""


@dataclasses.dataclass(frozen=True)
class Pipeline:
    """On one connection so many requests in one write, every second one with these words. Where connections
    are not kept, each has one of its own."""
    words: str = ""
    count: int = 2


@dataclasses.dataclass(frozen=True)
class AbortPipeline:
    """The same, but its client leaves with a reset when it has had one reply."""
    words: str = ""
    count: int = 2


@dataclasses.dataclass(frozen=True)
class Inject:
    """A fault for every daemon there is, through its control socket; successors do not have it."""
    fault: str


@dataclasses.dataclass(frozen=True)
class Mend:
    """The daemons there are forget their injected faults."""


@dataclasses.dataclass(frozen=True)
class Hup:
    """A rolling refresh begins, or is to follow the one that runs."""


@dataclasses.dataclass(frozen=True)
class Stop:
    """STOP for one daemon: alive and mute. `daemon` counts those there are, modulo their number."""
    daemon: int = 0


@dataclasses.dataclass(frozen=True)
class Continue:
    """CONT for all that were stopped."""


@dataclasses.dataclass(frozen=True)
class Kill:
    """KILL for one daemon."""
    daemon: int = 0


@dataclasses.dataclass(frozen=True)
class Load:
    """From now on so many clients ask without a pause, beside whatever else happens."""
    clients: int = 0


@dataclasses.dataclass(frozen=True)
class Rest:
    """The load pauses until nothing is in flight, and nobody is stopped any more; the checkers look
    at what has happened."""


#: Any of them.
Step = (Send | Begin | SendSlowly | HalfClose | BreakOff | Abort | Pipeline | AbortPipeline | Inject | Mend
        | Hup | Stop | Continue | Kill | Load | Rest)
_CLASSES: tuple[type[Step], ...] = (
    Send, Begin, SendSlowly, HalfClose, BreakOff, Abort, Pipeline, AbortPipeline, Inject, Mend, Hup, Stop,
    Continue, Kill, Load, Rest)


def name_of(step: Step | type[Step]) -> str:
    """SendSlowly is send-slowly, of the class as of one step."""
    cls = step if isinstance(step, type) else type(step)
    return re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()


BY_NAME = {name_of(cls): cls for cls in _CLASSES}

#: Of numbers in steps. With none of a thing the step would show nothing; each of many is a thread.
_LEAST = {"count": 1, "clients": 0, "daemon": 0}
_MOST = 1000


def to_json(step: Step) -> dict[str, Any]:
    return {"step": name_of(step), **dataclasses.asdict(step)}


def from_json(value: Any) -> Step:
    """The step; ValueError names what is wrong with `value` and what would be accepted."""
    if not isinstance(value, dict) or value.get("step") not in BY_NAME:
        raise ValueError(f"{value!r} is no step; accepted are {', '.join(BY_NAME)}")
    fields = {name: field for name, field in value.items() if name != "step"}
    try:
        step = BY_NAME[value["step"]](**fields)
    except TypeError as error:
        raise ValueError(f"{value!r}: {error}") from None
    for field in dataclasses.fields(step):
        if not isinstance(fields.get(field.name, field.default), field.type):
            raise ValueError(f"{value!r}: {field.name} must be of type {field.type.__name__}")
        if field.type is str and not _is_line(getattr(step, field.name)):
            raise ValueError(f"{value!r}: {field.name} must be text on one line")
        if field.name in _LEAST and not _LEAST[field.name] <= getattr(step, field.name) <= _MOST:
            raise ValueError(f"{value!r}: {field.name} must be {_LEAST[field.name]} to {_MOST}")
    return step


def _is_line(text: str) -> bool:
    """Whether it may be part of a request: with a newline in it, it would be two."""
    try:
        return b"\n" not in text.encode()
    except UnicodeEncodeError:
        return False
