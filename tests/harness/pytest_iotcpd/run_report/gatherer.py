"""Class Gatherer: the witness of a run; the facts of one test after the other."""

import collections
import os
import shlex
import signal
import threading
import typing
import weakref

from .counters import last_counters
from .fault_tally import FaultTally

Facts = dict[str, typing.Any]
Reference = weakref.ReferenceType[typing.Any]
#: Questions, not injuries.
_HARMLESS_SIGNALS = {signal.SIGUSR1, signal.SIGUSR2}


class Gatherer:
    """Tests, one at a time, begin and end; between the two it is told what happens (see Witness)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tallies: dict[int, tuple[Reference, FaultTally]] = {}
        self.begin()

    def begin(self) -> None:
        """Another test: nothing has happened yet. Fake daemons of several tests live on."""
        self._tallies = {key: pair for key, pair in self._tallies.items() if pair[0]() is not None}
        for _, tally in self._tallies.values():
            tally.begin()
        self._programs: list[typing.Any] = []
        self._ended: dict[int, Facts] = {}
        self._clients: collections.Counter[str] = collections.Counter()

    def started(self, thing: typing.Any) -> None:
        if hasattr(thing, "journal_path"):
            self._tallies[id(thing)] = weakref.ref(thing), FaultTally(thing)
        else:
            self._programs.append(thing)

    def ending(self, thing: typing.Any) -> None:
        if hasattr(thing, "stats"):
            self._ended[id(thing)] = _redirector(thing, thing not in self._programs)

    def dropping(self, thing: typing.Any) -> None:
        if id(thing) in self._tallies:
            self._tallies[id(thing)][1].read()

    def answered(self, outcome: str) -> None:
        with self._lock:
            self._clients[outcome] += 1

    def facts(self) -> Facts:
        """What there is to say of the test, as JSON may have it; {} when it injected and saw nothing."""
        faults: list[Facts] = []
        for _, tally in self._tallies.values():
            tally.read()
            faults += tally.facts()
        runs = [run for program in self._programs if (run := _loadgen(program))]
        found = {"faults": faults, "redirectors": list(self._ended.values()),
                 "clients": dict(self._clients), "load": runs}
        return {name: value for name, value in found.items() if value}


def _redirector(server: typing.Any, is_shared: bool) -> Facts:
    """`is_shared`: another test has started it, so that what it counted is not of this one alone."""
    signals = sorted(server.sent_signals - _HARMLESS_SIGNALS)
    program, *words = server.command
    return {"command": shlex.join([os.path.basename(program), *words]), "code": server.returncode,
            "signals": [signal.Signals(number).name.removeprefix("SIG") for number in signals],
            "shared": is_shared, "counters": last_counters(server)}


def _loadgen(program: typing.Any) -> Facts | None:
    """Outcomes and verdict of a run of the load generator that has written its result."""
    if not getattr(program, "result_path", None) or not os.path.isfile(program.result_path):
        return None
    try:
        result = program.result
        return {"outcomes": result.counts, "verdict": result["verdict"]}
    except (AssertionError, OSError, ValueError, KeyError):
        return None
