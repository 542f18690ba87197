"""Class CheckedRun: drives a redirector over fake daemons, and has every segment checked."""

import contextlib
import dataclasses
import functools
import re
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from .. import proc, witness
from ..deadline import eventually, scaled
from ..fake_daemon import FakeEvidence
from ..footprint import Footprint
from ..stats import Stats
from ..traffic import in_parallel
from . import records
from .checkers import ALL
from .histories import Histories
from .recording_client import SEGMENT_LIMIT, RecordingClient
from .refreshes import refresh_running
from .records import ClientRecord
from .rest import Rest
from .segment import Promises
from .verdict import Checker, Violation, assert_clean

_DIRECTIVE = re.compile(r"@([a-z-]+)(?:\(\d+\))?=(?:[^a-z]*)([a-z-]+)")
_REFRESH_TOLD = " refresh (started|to be followed)"
_SAMPLE_EVERY_S = 0.1
_LEAVES_AFTER_S = 0.02  #: a client that leaves, so that its request is on its way by then
_PATIENCE_S = 2.0  #: of clients, beyond the time within which they are to be answered


@dataclasses.dataclass(frozen=True)
class Ask:
    """One request of a scenario. `words` may hold faults that its daemon obeys; its client leaves
    with a reset once it has sent it, if `leave`; `deadline_s` is its patience. `manner` is how it is
    sent: "" at once, "slowly", "half-closed", or "broken-off" before its newline."""
    words: str = ""
    leave: bool = False
    deadline_s: float | None = None
    manner: str = ""


class CheckedRun:
    """`server` is an Iotcpd with a trace, or a mutant; `daemon` the FakeEvidence of its pool.

    `planned` are (point, action) pairs that are to fire besides those in requests. At most
    `segment_limit` requests are held in memory; each cut waits up to `rest_s` for the redirector to
    come to rest. With `keep_files` trace and journal stay whole on disk.
    """

    def __init__(self, server: Any, daemon: FakeEvidence, promises: Promises, *,
                 planned: Iterable[tuple[str, str]] = (), checkers: Iterable[Callable[[], Checker]] = ALL,
                 segment_limit: int = SEGMENT_LIMIT, rest_s: float = 10.0,
                 keep_files: bool = False) -> None:
        self._server, self._daemon = server, daemon
        self._promises = promises
        self._histories = Histories(promises, server.trace_path, daemon.journal_path, segment_limit,
                                    keep_files)
        self._client = RecordingClient((server.host, server.port), self._histories.clients,
                                       promises.decision_s + _PATIENCE_S)
        self._checkers = [checker() for checker in checkers]
        self._planned = set(planned)
        self._killed: set[int] = set()
        self._stopped: set[int] = set()
        self._footprints: list[Footprint] = []
        self._samples: list[Stats] = []
        self._refreshes = 0
        self._faults_stopped_ns: int | None = None
        self._limit, self._rest_s = segment_limit, rest_s
        self._stats_lock = threading.Lock()
        self._rest = Rest(server, self._histories, self._stats)
        self.violations: list[Violation] = []
        self.segments = 0

    # -- what happens in it -------------------------------------------------------------------

    def ask(self, asks: Iterable[Ask | str], clients: int = 1) -> list[ClientRecord]:
        """Put these requests (Ask, or words alone), so many at the same time; segments are cut as
        they fill. The statistics are sampled meanwhile. Returns the client records."""
        all_asks = [ask if isinstance(ask, Ask) else Ask(ask) for ask in asks]
        self._planned |= {directive for ask in all_asks for directive in _DIRECTIVE.findall(ask.words)}
        put: list[ClientRecord] = []
        for start in range(0, len(all_asks), self._limit):
            if start:
                self.cut()
            with self._sampling():
                put += in_parallel(self.put, all_asks[start:start + self._limit], clients)
        return put

    def put(self, ask: Ask, sent: Callable[[], None] = lambda: None) -> ClientRecord:
        """One request from any thread, beside whatever else happens; returns its client record. When
        it is one without a manner, and nobody leaves, `sent()` is called once it is sent."""
        if ask.manner:
            manners: dict[str, Callable[[str], ClientRecord]] = {
                "slowly": self._client.ask_slowly, "half-closed": self._client.ask_half_closed,
                "broken-off": lambda _: self._client.break_off()}
            return manners[ask.manner](ask.words)
        if ask.leave:
            return self._client.leave(ask.words, functools.partial(time.sleep, _LEAVES_AFTER_S))
        return self._client.ask(ask.words, ask.deadline_s, sent)

    def started_pids(self) -> list[int]:
        """Daemons that live and have told of their start."""
        started = self._histories.started()
        return [pid for pid in self._server.daemon_pids() if pid in started]

    def kill_daemon(self, pid: int | None = None) -> None:
        """Kill one of the pool from outside, that one if it is named, and wait until the redirector
        has reaped it: only then has it counted the death."""
        victim: int = pid or self._server.daemon_pids()[0]
        self._killed.add(victim)
        proc.kill_quietly(victim)
        eventually(lambda: proc.state(victim) is None, 10.0, what="the killed daemon is reaped")

    def stop_daemon(self, pid: int) -> None:
        """STOP for one of the pool, which is alive and mute until somebody sends it CONT."""
        self._stopped.add(pid)
        proc.kill_quietly(pid, signal.SIGSTOP)

    def refresh(self, within: float = 10.0) -> None:
        """HUP, and wait until the redirector says that the refresh is done."""
        done = len(self._server.log_lines("refresh done"))
        self._server.signal(signal.SIGHUP)
        self._server.wait_log("refresh done", within, times=done + 1)
        self._refreshes += 1

    def begin_refresh(self, within: float = 5.0) -> None:
        """HUP, and wait until the redirector says that it has begun, or that one more will follow."""
        told = len(self._server.log_lines(_REFRESH_TOLD))
        self._server.signal(signal.SIGHUP)
        self._server.wait_log(_REFRESH_TOLD, within, times=told + 1)
        self._refreshes += 1

    def end_refresh(self, within: float = 10.0) -> None:
        """Wait until no refresh is under way."""
        eventually(lambda: not refresh_running(self._server.log_text()), within,
                   what="no refresh under way")

    def recover(self, clients: int = 1) -> None:
        """No more faults from now on: ask until there are enough successes, or it is too late."""
        self._faults_stopped_ns = time.monotonic_ns()
        deadline = time.monotonic() + scaled(self._promises.recovery_s)
        successes = 0
        while successes < self._promises.recovery_successes and time.monotonic() < deadline:
            put = self.ask([""] * clients, clients)
            successes += sum(record.outcome == records.REPLY for record in put)

    def end_cycle(self) -> None:
        """One more of a number of equal cycles is over: what does the redirector hold now?"""
        _, footprint = self._rest.hold(self._rest_s)
        self._footprints.append(footprint)

    # -- the verdict --------------------------------------------------------------------------

    def cut(self) -> None:
        """End a segment: check it, and drop it."""
        at_rest = self._rest.wait(self._rest_s)
        samples, self._samples = self._samples, []
        segment = self._histories.cut(
            [*samples, at_rest], asked_ns=self._rest.asked_ns, footprints=list(self._footprints),
            planned=frozenset(self._planned), killed=frozenset(self._killed),
            stopped=frozenset(self._stopped), refreshes=self._refreshes,
            faults_stopped_ns=self._faults_stopped_ns)
        for checker in self._checkers:
            self.violations += checker.check(segment)
        self._faults_stopped_ns = None
        witness.present().dropping(self._daemon)
        self._histories.drop()
        self.segments += 1

    def finish(self) -> list[Violation]:
        """The last cut, and all violations of the run."""
        self.cut()
        for checker in self._checkers:
            self.violations += checker.finish()
        return self.violations

    def assert_clean(self) -> None:
        """Ends the run; fails with every violation there was."""
        assert_clean(self.finish())

    def _stats(self) -> Stats:
        with self._stats_lock:
            stats: Stats = self._server.stats()
            return stats

    # -- meanwhile ---------------------------------------------------------------------------

    @contextlib.contextmanager
    def _sampling(self) -> Iterator[None]:
        stop = threading.Event()
        sampler = threading.Thread(target=self._sample, args=(stop,))
        sampler.start()
        try:
            yield
        finally:
            stop.set()
            sampler.join()

    def _sample(self, stop: threading.Event) -> None:
        while not stop.wait(_SAMPLE_EVERY_S):
            self._samples.append(self._stats())
