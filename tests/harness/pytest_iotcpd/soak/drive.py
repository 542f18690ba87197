"""Class Drive: one campaign under way. A redirector, its daemons, and round after round of load."""

import contextlib
import dataclasses
import os
import signal
import time
from collections.abc import Callable
from typing import Self

from .. import log, proc
from ..deadline import eventually
from ..deaths import DIED
from ..fake_daemon import FakeEvidence
from ..footprint import Footprint
from ..history import Promises, Segment
from ..history.checkers import (Attribution, BackOff, CauseEquality, CondemnedCount, Conservation,
                                Leaks, LostOrDuplicate, OneOutcome, PoisonedDaemons,
                                RespawnAlgebra, SerialDaemon, TimeoutWindow)
from ..history.rest import Rest
from ..history.verdict import Violation
from ..iotcpd import Iotcpd
from ..loadgen import Loadgen, RunResult
from ..stats import Stats
from .account import Account, count_untellable
from .loaded_histories import LoadedHistories
from .plan import Campaign, Round
from .tools import Tools

#: What clients see, cross-talk and truncation, is in the generator's account; whether each planned
#: fault has fired is asked at the end of the soak.
CHECKERS = (Attribution, BackOff, CauseEquality, CondemnedCount, Conservation, Leaks,
            LostOrDuplicate, OneOutcome, PoisonedDaemons, RespawnAlgebra, SerialDaemon,
            TimeoutWindow)
#: Warnings that belong to the faults.
_LOGGED = ("condemned: ", "killed by signal", "keeps dying", "refresh aborted", "accepting paused",
           *DIED)
_LOOK_EVERY_S = 0.5
_REST_S = 30.0
#: So many addresses that no port is wanted twice within a minute.
_SOURCES = [f"127.0.0.{number}" for number in range(2, 18)]


class Drive:
    """`tools` are the programs, `folder` is for files; `tick(queries)` is called now and then with
    how many there were in this campaign, and says whether to go on."""

    def __init__(self, campaign: Campaign, tools: Tools, folder: str,
                 tick: Callable[[int], bool]) -> None:
        self.campaign = campaign
        self._tools, self._folder, self._tick = tools, folder, tick
        self._daemon = FakeEvidence(tools.fake_daemon, folder, obey_requests=True,
                                    seed=campaign.seed, control=None,
                                    personality="squid-channel" if campaign.concurrency > 1 else None,
                                    fault=list(campaign.daemon_faults.values()))
        self.server = Iotcpd([*tools.iotcpd, "-d", str(self._daemon), "-n",
                              str(campaign.num_daemons), "-i", "127.0.0.1", "-p", "0"], folder,
                             options=campaign.options())
        assert self.server.trace_path, "the campaign's options want a trace"
        self._histories = LoadedHistories(self._promises(), self.server.trace_path,
                                          self._daemon.journal_path)
        self._rest = Rest(self.server, self._histories, self.server.stats)
        self._checkers = [checker() for checker in CHECKERS]
        self.footprints: list[Footprint] = []
        self.last_stats = Stats([])
        self.refreshes = 0
        self.untellable = 0  #: lines that nobody could have told from a reply

    def _promises(self) -> Promises:
        """Sanitizers keep freed memory back on purpose."""
        promises = self.campaign.promises()
        if proc.is_sanitized(self._tools.iotcpd[0]):
            promises = dataclasses.replace(promises, rss_kib_per_cycle=1 << 30)
        return promises

    def start(self) -> Self:
        self.server.wait_ready(30.0)
        return self

    def run(self, one: Round) -> tuple[Segment, RunResult, list[Violation]]:
        """The round: its Segment, the generator's result, and the violations found."""
        samples: list[Stats] = []
        load, interrupted = self._load(one, samples)
        self.last_stats, footprint = self._rest.hold(_REST_S)
        self.footprints.append(footprint)
        segment = self._histories.cut(
            [*samples, self.last_stats], asked_ns=self._rest.asked_ns, footprints=list(self.footprints),
            refreshes=self.refreshes)
        result = load.result
        excused = count_untellable(segment) if self.campaign.late else 0
        self.untellable += excused
        checkers = [*self._checkers, Account(result, interrupted, excused)]
        violations = [found for checker in checkers for found in checker.check(segment)]
        return segment, result, violations

    def keep(self, folder: str) -> None:
        """The evidence of the round that was run last."""
        self._histories.keep(folder)

    def drop(self) -> None:
        self._histories.drop()

    def finish(self) -> list[Violation]:
        """All that only shows at the end; the redirector drains, and leaves nothing behind."""
        found = [violation for checker in self._checkers for violation in checker.finish()]
        found += [Violation("log", line) for line in log.unexpected_lines(
            self.server.log_text(), _LOGGED)]
        return found + [Violation("end", wrong) for wrong in self.server.shut_down()]

    def _load(self, one: Round, samples: list[Stats]) -> tuple[Loadgen, bool]:
        load = Loadgen([self._tools.loadgen], self._folder, self.server, options={
            "quiet": True, "requests": one.requests, "connections": one.connections,
            "request": one.templates(), "expect": "es_end", "timeout": "30s", "seed": one.seed,
            "source": _SOURCES, **({"misbehave": one.misbehave()} if one.misbehaviour else {}),
            **({"keep_alive": True, "pipeline": one.pipeline} if one.pipeline else {})})
        refreshed_at = time.monotonic()
        interrupted = False
        try:
            while not self._ended(load):
                samples.append(self.server.stats(30.0))
                now = time.monotonic()
                if one.refresh_every_s and now - refreshed_at >= one.refresh_every_s:
                    self.server.signal(signal.SIGHUP)
                    self.refreshes, refreshed_at = self.refreshes + 1, now
                if not self._tick(samples[-1]["queries total"]) and not interrupted:
                    load.signal(signal.SIGINT)
                    interrupted = True
        finally:
            wrong = load.shut_down()
        assert not wrong, f"the load generator: {wrong}"
        return load, interrupted

    @staticmethod
    def _ended(load: Loadgen) -> bool:
        with contextlib.suppress(AssertionError):
            eventually(lambda: not load.running, _LOOK_EVERY_S)
        return not load.running

    def close(self) -> None:
        """End what still runs, and remove files that nobody needs any more."""
        self.server.shut_down()
        for path in filter(None, (self.server.trace_path, self._daemon.journal_path)):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)
