"""Class CheckedRun: drives a redirector over fake daemons, and has every segment checked."""

import signal
import time
from collections.abc import Callable, Iterable
from typing import Any

from .. import proc, witness
from ..deadline import eventually, scaled
from ..fake_daemon import FakeEvidence
from ..footprint import Footprint
from ..stats import Stats
from ..traffic import in_parallel
from . import records
from .ask import Ask, Burst, put
from .checkers import ALL
from .histories import Histories
from .pipelining_client import PipeliningClient
from .recording_client import SEGMENT_LIMIT, RecordingClient
from .refreshes import refresh_running
from .records import ClientRecord
from .rest import Rest
from .sampler import Sampler
from .segment import Promises
from .verdict import Checker, Violation, assert_clean

_REFRESH_TOLD = " refresh (started|to be followed)"
_PATIENCE_S = 2.0  #: of clients, beyond the time within which they are to be answered


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
        client_of = (server.host, server.port), self._histories.clients, promises.decision_s + _PATIENCE_S
        self._client = RecordingClient(*client_of, kept=promises.keep_alive)
        self._pipelining_client = PipeliningClient(*client_of)
        self._checkers = [checker() for checker in checkers]
        self._planned = set(planned)
        self._killed: set[int] = set()
        self._stopped: set[int] = set()
        self._footprints: list[Footprint] = []
        self._refreshes = 0
        self._faults_stopped_ns: int | None = None
        self._limit, self._rest_s = segment_limit, rest_s
        self._sampler = Sampler(server)
        self._rest = Rest(server, self._histories, self._sampler.stats)
        self.violations: list[Violation] = []
        self.segments = 0

    # -- what happens in it -------------------------------------------------------------------

    def ask(self, asks: Iterable[Ask | str], clients: int = 1) -> list[ClientRecord]:
        """Put these requests (Ask, or words alone), so many at the same time; segments are cut as
        they fill. The statistics are sampled meanwhile. Returns the client records."""
        all_asks = [ask if isinstance(ask, Ask) else Ask(ask) for ask in asks]
        self._planned |= {directive for ask in all_asks for directive in ask.directives}
        answered: list[ClientRecord] = []
        for start in range(0, len(all_asks), self._limit):
            if start:
                self.cut()
            with self._sampler.sampling():
                answered += in_parallel(self.put, all_asks[start:start + self._limit], clients)
        return answered

    def put(self, ask: Ask, sent: Callable[[], None] = lambda: None) -> ClientRecord:
        """One request from any thread, beside whatever else happens; returns its client record. When
        it is one without a manner, and nobody leaves, `sent()` is called once it is sent."""
        return put(self._client, ask, sent)

    def pipeline(self, bursts: Iterable[Burst], clients: int = 1) -> list[ClientRecord]:
        """Put these bursts, each on a kept connection of its own, so many at the same time; together
        they fit into the segment. The statistics are sampled meanwhile."""
        bursts = list(bursts)
        self._planned |= {directive for burst in bursts for directive in burst.directives}

        def put_burst(burst: Burst) -> list[ClientRecord]:
            return self._pipelining_client.ask(burst.words, burst.leave_after)

        with self._sampler.sampling():
            return [record for asked in in_parallel(put_burst, bursts, clients) for record in asked]

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

    def end_cycle(self) -> Stats:
        """One more of a number of equal cycles is over: what does the redirector hold now? Returns the
        statistics of then."""
        stats, footprint = self._rest.hold(self._rest_s)
        self._footprints.append(footprint)
        return stats

    # -- the verdict --------------------------------------------------------------------------

    def cut(self, cycle: bool = False) -> None:
        """End a segment, and a `cycle` with it: check it, and drop it."""
        at_rest = self.end_cycle() if cycle else self._rest.wait(self._rest_s)
        segment = self._histories.cut(
            [*self._sampler.take(), at_rest], asked_ns=self._rest.asked_ns, footprints=list(self._footprints),
            planned=frozenset(self._planned), killed=frozenset(self._killed),
            stopped=frozenset(self._stopped), refreshes=self._refreshes,
            faults_stopped_ns=self._faults_stopped_ns)
        for checker in self._checkers:
            self.violations += checker.check(segment)
        self._faults_stopped_ns = None
        witness.present().dropping(self._daemon)
        self._histories.drop()
        self.segments += 1

    def finish(self, cycle: bool = False) -> list[Violation]:
        """The last cut, and all violations of the run."""
        self.cut(cycle)
        for checker in self._checkers:
            self.violations += checker.finish()
        return self.violations

    def assert_clean(self) -> None:
        """Ends the run; fails with every violation there was."""
        assert_clean(self.finish())
