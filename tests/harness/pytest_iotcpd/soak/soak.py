"""Class Soak: campaign after campaign until there were enough requests, or time is up."""

import dataclasses
import time
from collections.abc import Callable

from .. import deadline
from . import capsule
from .drive import Drive
from .plan import Campaign, Round, campaigns
from .tools import Tools
from .verdict import Verdict


@dataclasses.dataclass(frozen=True)
class Limits:
    """A soak ends after so many requests, but not before it has seen a campaign of either kind; or
    after so many seconds."""
    requests: int
    duration_s: float | None = None


class Soak:
    """`capsules` is where the evidence of rounds with violations is kept, a folder each; `progress`
    is called with the Verdict so far and the requests of the round under way."""

    def __init__(self, seed: int, limits: Limits, tools: Tools, folder: str, capsules: str,
                 progress: Callable[[Verdict, int], object] = lambda verdict, more: None) -> None:
        self.verdict = Verdict(seed)
        self._limits, self._tools = limits, tools
        self._folder, self._capsules, self._progress = folder, capsules, progress
        self._started = time.monotonic()
        self._asked_before = 0  #: in this campaign, before this round

    def stop(self) -> None:
        """End soon, with a verdict on what was done. May be called by a signal handler."""
        self.verdict.interrupted = True

    def run(self) -> Verdict:
        for campaign in campaigns(self.verdict.seed, self._limits.requests):
            if self._done():
                break
            self._run(campaign)
        self.verdict.judge_vacuity()
        return self.verdict

    def _done(self) -> bool:
        both = self.verdict.campaigns > 1
        return self._out_of_time() or (both and self.verdict.requests >= self._limits.requests)

    def _out_of_time(self) -> bool:
        verdict, duration_s = self.verdict, self._limits.duration_s
        verdict.elapsed_s = time.monotonic() - self._started
        return verdict.interrupted or (duration_s is not None and verdict.elapsed_s >= duration_s)

    def _run(self, campaign: Campaign) -> None:
        drive = Drive(campaign, self._tools, self._folder, self._tick)
        self._asked_before = 0
        try:
            drive.start()
            rounds = iter(campaign.rounds)
            while not self._out_of_time() and (one := next(rounds, None)):
                self._round(drive, one)
            self.verdict.add_campaign(drive, complete=not self._out_of_time())
            self.verdict.note(f"campaign {campaign.number}", drive.finish())
        finally:
            drive.close()

    def _tick(self, queries: int) -> bool:
        self._progress(self.verdict, queries - self._asked_before)
        return not self._out_of_time()

    def _round(self, drive: Drive, one: Round) -> None:
        deadline.begin_watch()
        segment, result, violations = drive.run(one)
        self.verdict.add_round(one, segment, result)
        self._asked_before = segment.after["queries total"]
        where = f"campaign {drive.campaign.number} round {one.number}"
        self.verdict.note(where, violations)
        if violations:
            self.verdict.capsules.append(
                capsule.keep(self._capsules, self.verdict.seed, drive, one, result, violations))
        drive.drop()
