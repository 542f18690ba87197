"""What a soak does, drawn from its seed: each campaign and each round has a subset of its own of all
that can go wrong (swarm testing), since faults that always come together hide one another."""

import dataclasses
import random
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from ..history import Promises
from . import catalogue
from .catalogue import Fault

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")

_LARGEST_ROUND = 100_000
_SMALLEST_ROUND = 1_000
_ROUNDS = 4            #: of a campaign
_LATE_SHARE = 50       #: a round against late lines is that many times shorter: daemons rest
_EXPECTED_HITS = 12    #: of a fault in a round, so that none fails to fire by chance
_PLAIN = 1_000_000


@dataclasses.dataclass(frozen=True)
class Round:
    """One run of the load generator."""
    number: int
    seed: int
    requests: int
    connections: int
    faults: tuple[Fault, ...]
    misbehaviour: dict[str, float]
    refresh_every_s: float | None

    def templates(self) -> list[str]:
        """Values of --request: the plain one, and one for each fault with its weight."""
        weights = [max(round(_PLAIN * fault.share), _PLAIN * _EXPECTED_HITS // self.requests)
                   for fault in self.faults]
        plain = max(_PLAIN - sum(weights), 1)
        return [f"{plain}:{{token}} es_end",
                *(f"{weight}:{{token}} {fault.words} es_end"
                  for weight, fault in zip(weights, self.faults))]

    def misbehave(self) -> str:
        """The value of --misbehave; empty when everybody behaves."""
        return ", ".join(f"{kind}:{share}%" for kind, share in self.misbehaviour.items())


@dataclasses.dataclass(frozen=True)
class Campaign:
    """One redirector, what its daemons do by themselves, and its rounds."""
    number: int
    seed: int
    late: bool
    num_daemons: int
    daemon_faults: dict[tuple[str, str], str]
    recycle_after: int | None
    rounds: tuple[Round, ...]

    @property
    def settle_s(self) -> float:
        return 0.04 if self.late else 0.0

    def promises(self) -> Promises:
        return Promises(self.num_daemons, busy_timeout_s=0.3, queue_timeout_s=10.0,
                        alarm_interval_s=0.05, max_reply=4096)

    def options(self) -> dict[str, Any]:
        """Of the redirector, for what it promises."""
        options: dict[str, Any] = {"trace": True, "busy_timeout": "300ms", "queue_timeout": "10s",
                   "alarm_interval": "50ms", "max_reply": "4KiB", "client_timeout": "1500ms",
                   "queue_size": 2048, "log_level": "warning"}
        if self.late:
            options["settle"] = f"{self.settle_s}s"
        if self.recycle_after:
            options["recycle_after"] = self.recycle_after
        return options


def campaigns(seed: int, requests: int) -> Iterator[Campaign]:
    """Campaigns without an end, in rounds that suit a soak of so many requests. Every second one is
    against lines that come late."""
    size = min(_LARGEST_ROUND, max(_SMALLEST_ROUND, requests // (4 * _ROUNDS)))
    number = 0
    while True:
        yield _campaign(seed, number, size)
        number += 1


def _campaign(seed: int, number: int, size: int) -> Campaign:
    stream = random.Random(f"{seed}/campaign {number}")
    late = number % 2 == 1
    faults: dict[tuple[str, str], str]
    if late:
        faults, rounds, size = {}, 2, max(size // _LATE_SHARE, 400)
    else:
        faults, rounds = _subset(stream, catalogue.OF_DAEMONS), _ROUNDS
    return Campaign(
        number, stream.getrandbits(32), late, 32 if late else stream.choice((4, 8, 16, 32)), faults,
        None if late or stream.random() < 0.5 else stream.randint(50, 2000),
        tuple(_round(stream, index, size, late) for index in range(rounds)))


def _round(stream: random.Random, index: int, size: int, late: bool) -> Round:
    if late:
        faults = _some(stream, catalogue.LATE)
    else:
        faults = (*_some(stream, catalogue.HARMLESS), *_some(stream, catalogue.HARMFUL),
                  *_some(stream, catalogue.SILENT))
    return Round(index, stream.getrandbits(32), size, stream.choice((16, 32, 64, 128, 256)), faults,
                 _subset(stream, catalogue.MISBEHAVIOUR), stream.choice((None, 0.5, 2.0)))


def _subset(stream: random.Random, table: Mapping[_Key, _Value]) -> dict[_Key, _Value]:
    return {key: value for key, value in table.items() if stream.random() < 0.5}


def _some(stream: random.Random, faults: tuple[Fault, ...]) -> tuple[Fault, ...]:
    """A subset that is not empty."""
    chosen = tuple(fault for fault in faults if stream.random() < 0.5)
    return chosen or (stream.choice(faults),)
