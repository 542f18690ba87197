"""Class CheckedRun: drives a redirector over fake daemons, and has every segment checked."""

import contextlib
import dataclasses
import functools
import re
import signal
import threading
import time

from .. import proc, witness
from ..deadline import eventually, scaled
from ..footprint import Footprint
from ..traffic import in_parallel
from . import records
from .checkers import ALL
from .histories import Histories
from .recording_client import SEGMENT_LIMIT, RecordingClient
from .verdict import assert_clean

_DIRECTIVE = re.compile(r"@([a-z-]+)(?:\(\d+\))?=(?:[^a-z]*)([a-z-]+)")
_SAMPLE_EVERY_S = 0.1
_LEAVES_AFTER_S = 0.02  #: a client that leaves, so that its request is on its way by then
_PATIENCE_S = 2.0  #: of clients, beyond the time within which they are to be answered


@dataclasses.dataclass(frozen=True)
class Ask:
    """One request of a scenario. `words` may hold faults that its daemon obeys; its client leaves
    with a reset once it has sent it, if `leave`; `deadline_s` is its patience."""
    words: str = ""
    leave: bool = False
    deadline_s: float | None = None


class CheckedRun:
    """`server` is an Iotcpd with a trace, or a mutant; `daemon` the FakeEvidence of its pool.

    `planned` are (point, action) pairs that are to fire besides those in requests. At most
    `segment_limit` requests are held in memory; each cut waits up to `rest_s` for the redirector to
    come to rest.
    """

    def __init__(self, server, daemon, promises, *, planned=(), checkers=ALL,
                 segment_limit=SEGMENT_LIMIT, rest_s=10.0):
        self._server, self._daemon = server, daemon
        self._promises = promises
        self._histories = Histories(promises, server.trace_path, daemon.journal_path, segment_limit)
        self._client = RecordingClient((server.host, server.port), self._histories.clients,
                                       promises.decision_s + _PATIENCE_S)
        self._checkers = [checker() for checker in checkers]
        self._planned = set(planned)
        self._killed, self._footprints, self._samples = set(), [], []
        self._refreshes = 0
        self._faults_stopped_ns = None
        self._limit, self._rest_s = segment_limit, rest_s
        self._stats_lock = threading.Lock()
        self.violations = []
        self.segments = 0

    # -- what happens in it -------------------------------------------------------------------

    def ask(self, asks, clients=1):
        """Put these requests (Ask, or words alone), so many at the same time; segments are cut as
        they fill. The statistics are sampled meanwhile. Returns the client records."""
        asks = [ask if isinstance(ask, Ask) else Ask(ask) for ask in asks]
        self._planned |= {directive for ask in asks for directive in _DIRECTIVE.findall(ask.words)}
        put = []
        for start in range(0, len(asks), self._limit):
            if start:
                self.cut()
            with self._sampling():
                put += in_parallel(self._put, asks[start:start + self._limit], clients)
        return put

    def _put(self, ask):
        if ask.leave:
            return self._client.leave(ask.words, functools.partial(time.sleep, _LEAVES_AFTER_S))
        return self._client.ask(ask.words, ask.deadline_s)

    def kill_daemon(self):
        """Kill one of the pool from outside."""
        pid = self._server.daemon_pids()[0]
        self._killed.add(pid)
        proc.kill_quietly(pid)

    def refresh(self, within=10.0):
        """HUP, and wait until each daemon has been replaced; they must not fail meanwhile."""
        spawns = self._stats()["daemon spawns"]
        n = self._promises.num_daemons
        self._server.signal(signal.SIGHUP)
        eventually(lambda: self._stats()["daemon spawns"] >= spawns + n, within)
        self._refreshes += n

    def recover(self, clients=1):
        """No more faults from now on: ask until there are enough successes, or it is too late."""
        self._faults_stopped_ns = time.monotonic_ns()
        deadline = time.monotonic() + scaled(self._promises.recovery_s)
        successes = 0
        while successes < self._promises.recovery_successes and time.monotonic() < deadline:
            put = self.ask([""] * clients, clients)
            successes += sum(record.outcome == records.REPLY for record in put)

    def end_cycle(self):
        """One more of a number of equal cycles is over: what does the redirector hold now?"""
        self._wait_rest()
        self._footprints.append(Footprint.of(self._server.pid))

    # -- the verdict --------------------------------------------------------------------------

    def cut(self):
        """End a segment: check it, and drop it."""
        self._wait_rest()
        samples, self._samples = self._samples, []
        segment = self._histories.cut(
            [*samples, self._stats()], footprints=list(self._footprints),
            planned=frozenset(self._planned), killed=frozenset(self._killed),
            refreshes=self._refreshes, faults_stopped_ns=self._faults_stopped_ns)
        for checker in self._checkers:
            self.violations += checker.check(segment)
        self._faults_stopped_ns = None
        witness.present().dropping(self._daemon)
        self._histories.drop()
        self.segments += 1

    def finish(self):
        """The last cut, and all violations of the run."""
        self.cut()
        for checker in self._checkers:
            self.violations += checker.finish()
        return self.violations

    def assert_clean(self):
        assert_clean(self.finish())

    def _stats(self):
        with self._stats_lock:
            return self._server.stats()

    # -- rest ---------------------------------------------------------------------------------

    def _wait_rest(self):
        """No query in flight, all daemons available, none on its way in or out. A redirector that is
        broken may never come to rest: then that is what the checkers see."""
        with contextlib.suppress(AssertionError):
            eventually(self._at_rest, self._rest_s)

    def _at_rest(self):
        stats = self._stats()
        return (stats.in_flight == 0 and stats["clients open"] == 0
                and stats["daemon S_AVAILABLE"] == self._promises.num_daemons
                and stats["daemon S_STOPPING"] == 0
                and self._histories.started().issuperset(self._server.daemon_pids())
                and all(proc.state(pid) is None for pid in self._histories.ending()))

    @contextlib.contextmanager
    def _sampling(self):
        stop = threading.Event()
        sampler = threading.Thread(target=self._sample, args=(stop,))
        sampler.start()
        try:
            yield
        finally:
            stop.set()
            sampler.join()

    def _sample(self, stop):
        while not stop.wait(_SAMPLE_EVERY_S):
            self._samples.append(self._stats())
