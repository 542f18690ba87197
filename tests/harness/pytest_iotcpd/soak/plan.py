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
_PIPELINES = (1, 2, 8)  #: requests on their way on a connection that is kept

#: Of every second campaign in turn, the others being against late lines: whether connections are kept, and
#: whether a daemon has several requests at a time.
_MANNERS = ((False, False), (True, False), (False, True), (True, True))


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
    pipeline: int | None = None  #: None: each request has a connection of its own

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
    keep_alive: bool = False
    concurrency: int = 1  #: requests that a daemon has at a time; more than one have channel IDs
    threads: int = 1

    @property
    def settle_s(self) -> float:
        return 0.04 if self.late else 0.0

    def promises(self) -> Promises:
        return Promises(self.num_daemons, busy_timeout_s=0.3, queue_timeout_s=10.0,
                        alarm_interval_s=0.05, max_reply=4096, concurrency=self.concurrency)

    def options(self) -> dict[str, Any]:
        """Of the redirector, for what it promises."""
        options: dict[str, Any] = {
            "trace": True, "busy_timeout": "300ms", "queue_timeout": "10s", "alarm_interval": "50ms",
            "max_reply": "4KiB", "client_timeout": "1500ms", "queue_size": 2048, "log_level": "warning"}
        if self.late:
            options["settle"] = f"{self.settle_s}s"
        if self.recycle_after:
            options["recycle_after"] = self.recycle_after
        if self.keep_alive:
            options["keep_alive"] = True
        if self.concurrency > 1:
            options["concurrency"] = self.concurrency
        if self.threads > 1:
            options["threads"] = self.threads
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
    keep_alive, concurrent = (False, False) if late else _MANNERS[number // 2 % len(_MANNERS)]
    faults: dict[tuple[str, str], str]
    if late:
        faults, rounds, size = {}, 2, max(size // _LATE_SHARE, 400)
    else:
        faults, rounds = _subset(stream, catalogue.OF_DAEMONS), _ROUNDS
    kinds = _kinds(late, concurrent)
    made = Campaign(
        number, stream.getrandbits(32), late, 32 if late else stream.choice((4, 8, 16, 32)), faults,
        None if late or stream.random() < 0.5 else stream.randint(50, 2000),
        tuple(_round(stream, index, size, kinds) for index in range(rounds)),
        keep_alive, stream.choice((2, 8)) if concurrent else 1, _threads(number))
    return _with_kept_connections(made, stream.choice(_PIPELINES)) if keep_alive else made


def _threads(number: int) -> int:
    """Of every second campaign without late lines two, and the other time round of the others."""
    turn, late = divmod(number, 2)
    return 1 if late else 1 + (turn + turn // len(_MANNERS)) % 2


def _with_kept_connections(made: Campaign, pipeline: int) -> Campaign:
    """As many in each round, and as deep: how much memory they take is no leak. Who misbehaves in a pipeline
    would take the others on the same connection along."""
    connections = made.rounds[0].connections
    return dataclasses.replace(made, rounds=tuple(
        dataclasses.replace(one, connections=connections, pipeline=pipeline,
                            misbehaviour=one.misbehaviour if pipeline == 1 else {}) for one in made.rounds))


def _kinds(late: bool, concurrent: bool) -> tuple[tuple[Fault, ...], ...]:
    """Of each, a round has some."""
    if late:
        return (catalogue.LATE,)
    silent: tuple[Fault, ...] = catalogue.SILENT
    if concurrent:
        silent = tuple(fault for fault in silent if fault.action not in catalogue.RUNS_INTO_THE_NEXT)
    return catalogue.HARMLESS, catalogue.HARMFUL, silent


def _round(stream: random.Random, index: int, size: int, kinds: tuple[tuple[Fault, ...], ...]) -> Round:
    faults = tuple(fault for kind in kinds for fault in _some(stream, kind))
    return Round(index, stream.getrandbits(32), size, stream.choice((16, 32, 64, 128, 256)), faults,
                 _subset(stream, catalogue.MISBEHAVIOUR), stream.choice((None, 0.5, 2.0)))


def _subset(stream: random.Random, table: Mapping[_Key, _Value]) -> dict[_Key, _Value]:
    return {key: value for key, value in table.items() if stream.random() < 0.5}


def _some(stream: random.Random, faults: tuple[Fault, ...]) -> tuple[Fault, ...]:
    """A subset that is not empty."""
    chosen = tuple(fault for fault in faults if stream.random() < 0.5)
    return chosen or (stream.choice(faults),)
