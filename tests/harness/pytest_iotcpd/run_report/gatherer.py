"""Class Gatherer: the witness of a run; the facts of one test after the other."""

import collections
import os
import shlex
import signal
import threading
import typing

from .counters import last_counters
from .fault_tally import FaultTally

Facts = dict[str, typing.Any]
#: Questions, not injuries.
_HARMLESS_SIGNALS = {signal.SIGUSR1, signal.SIGUSR2}


class Gatherer:
    """Tests, one at a time, begin and end; between the two it is told what happens (see Witness)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.begin()

    def begin(self) -> None:
        """Another test: nothing has happened yet."""
        self._tallies: dict[int, tuple[typing.Any, FaultTally]] = {}
        self._programs: list[typing.Any] = []
        self._ended: dict[int, Facts] = {}
        self._clients: collections.Counter[str] = collections.Counter()

    def started(self, thing: typing.Any) -> None:
        if hasattr(thing, "journal_path"):
            self._tallies[id(thing)] = thing, FaultTally(thing)
        else:
            self._programs.append(thing)

    def ending(self, thing: typing.Any) -> None:
        if thing in self._programs and hasattr(thing, "stats"):
            self._ended[id(thing)] = _redirector(thing)

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


def _redirector(server: typing.Any) -> Facts:
    signals = sorted(server.sent_signals - _HARMLESS_SIGNALS)
    program, *words = server.command
    return {"command": shlex.join([os.path.basename(program), *words]), "code": server.returncode,
            "signals": [signal.Signals(number).name.removeprefix("SIG") for number in signals],
            "counters": last_counters(server)}


def _loadgen(program: typing.Any) -> Facts | None:
    """Outcomes and verdict of a run of the load generator that has written its result."""
    if not getattr(program, "result_path", None) or not os.path.exists(program.result_path):
        return None
    try:
        result = program.result
        return {"outcomes": result.counts, "verdict": result["verdict"]}
    except (AssertionError, OSError, ValueError, KeyError):
        return None
