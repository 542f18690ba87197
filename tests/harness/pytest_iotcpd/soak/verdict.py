"""Class Verdict: what a soak has found, added up over its rounds."""

import dataclasses
from collections import Counter
from typing import Any

from .. import deadline
from ..history.checkers.leaks import slope
from ..history.segment import Segment
from ..history.verdict import Violation
from ..loadgen import RunResult
from .drive import Drive
from .plan import Round

EXIT_CLEAN, EXIT_BROKEN, EXIT_INCONCLUSIVE = 0, 1, 75
_COUNTED = ("queries ", "daemon spawns", "daemon deaths", "daemon retired", "condemned ", "failed ",
            "unknown ", "clients byteless")


def _counter() -> Any:
    return dataclasses.field(default_factory=Counter)


@dataclasses.dataclass(frozen=True)
class Finding:
    """A violation, where it was found, and why being late says nothing, if it does not."""
    where: str
    violation: Violation
    overload: str | None

    @property
    def inconclusive(self) -> bool:
        """Late, where others overcommitted the processors: that says nothing."""
        return self.violation.timing and self.overload is not None

    def __str__(self) -> str:
        return f"{self.where}: {self.violation} ({self.overload or 'the processors were not overcommitted'})"


@dataclasses.dataclass
class Verdict:
    """Counters by the names of the reports; faults by (point, action)."""
    seed: int
    requests: int = 0
    elapsed_s: float = 0.0
    campaigns: int = 0
    kept: int = 0         #: of these, with connections that are kept
    concurrent: int = 0   #: of these, with several requests per daemon
    threaded: int = 0     #: of these, with several threads
    rounds: int = 0
    interrupted: bool = False
    outcomes: Counter[str] = _counter()    #: of ordinary clients, as they saw them
    misbehaved: Counter[str] = _counter()  #: clients by kind
    planned: Counter[tuple[str, str]] = _counter()     #: rounds, or campaigns, that a fault was planned for
    fired: Counter[tuple[str, str]] = _counter()
    counters: Counter[str] = _counter()    #: of all redirectors
    refreshes: int = 0
    untellable: int = 0               #: late lines that no redirector could have told from a reply
    growth_kib: list[float] = dataclasses.field(default_factory=list)  #: per round, of each campaign
    findings: list[Finding] = dataclasses.field(default_factory=list)
    capsules: list[str] = dataclasses.field(default_factory=list)    #: folders

    def add_round(self, one: Round, segment: Segment, result: RunResult) -> None:
        censored = result["outcomes"]["censored"]
        self.rounds += 1
        self.requests += result["planned"] - censored
        self.outcomes.update(result["outcomes"])
        self.misbehaved.update({kind: sum(counts.values())
                                for kind, counts in result["misbehaved"].items()})
        self.fired.update((fault.point or "", fault.action or "") for fault in segment.faults)
        if not censored:
            self.planned.update({fault.key for fault in one.faults})

    def add_campaign(self, drive: Drive, complete: bool) -> None:
        """What daemons do by themselves must show in a campaign that is `complete`."""
        self.campaigns += 1
        self.kept += drive.campaign.keep_alive
        self.concurrent += drive.campaign.concurrency > 1
        self.threaded += drive.campaign.threads > 1
        if complete:
            self.planned.update(drive.campaign.daemon_faults.keys())
        self.refreshes += drive.refreshes
        self.untellable += drive.untellable
        self.counters.update({label: count for label, count in drive.last_stats.items()
                              if label.startswith(_COUNTED) and label != "queries in-flight"})
        if len(drive.footprints) > 1:
            self.growth_kib.append(slope([held.rss_kib for held in drive.footprints]))

    def note(self, where: str, violations: list[Violation]) -> None:
        overload = deadline.overload() if violations else None
        self.findings += [Finding(where, violation, overload) for violation in violations]

    def judge_vacuity(self) -> None:
        """A soak that shows nothing proves nothing."""
        self.note("soak", [Violation("non-vacuity", f"{point} = {action} has never fired")
                           for point, action in sorted(self.planned.keys() - self.fired.keys())])
        if self.requests and not self.outcomes["ok"]:
            self.note("soak", [Violation("non-vacuity", "no request has succeeded")])

    @property
    def rate(self) -> float:
        return self.requests / self.elapsed_s if self.elapsed_s else 0.0

    @property
    def exit_code(self) -> int:
        if not self.findings:
            return EXIT_CLEAN if self.requests else EXIT_INCONCLUSIVE
        inconclusive = all(finding.inconclusive for finding in self.findings)
        return EXIT_INCONCLUSIVE if inconclusive else EXIT_BROKEN

    @property
    def in_words(self) -> str:
        if not self.findings and not self.requests:
            return "inconclusive: nothing was asked"
        return {EXIT_CLEAN: "no rule was broken", EXIT_BROKEN: "RULES WERE BROKEN",
                EXIT_INCONCLUSIVE: "inconclusive: things were late, but so was the machine"}[
                    self.exit_code]

    def summary(self) -> str:
        """One line."""
        return (f"seed {self.seed}: {self.requests:,} requests in {self.elapsed_s:.0f} s "
                f"({self.rate:,.0f}/s), {self.campaigns} campaigns, {self.rounds} rounds, "
                f"{self.fired.total():,} faults fired, {len(self.findings)} violations: "
                f"{self.in_words}")
