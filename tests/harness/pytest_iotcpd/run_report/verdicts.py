"""Class Result: what became of one test, out of the reports of its setup, call and teardown."""

import dataclasses
import typing

import pytest

from .gatherer import Facts

#: From what a reader must see first to what needs no look.
ORDER = ("failed", "error", "inconclusive", "unexpectedly passed", "skipped", "expected failure", "passed")
#: These two make the run fail.
BAD = ("failed", "error")
_INCONCLUSIVE = "inconclusive: "
_WHEN = {"setup": "before it began: ", "teardown": "at its end: ", "call": ""}


@dataclasses.dataclass
class Result:
    """`reason` is why it did not pass: the evidence of one that is inconclusive."""
    name: str
    verdict: str = "passed"
    reason: str = ""
    duration_s: float = 0.0
    facts: Facts = dataclasses.field(default_factory=dict)

    @property
    def file(self) -> str:
        return self.name.partition("::")[0]

    @property
    def sentence(self) -> str:
        """The name of the test as the sentence that it is; its parameters stay as they are."""
        name, bracket, parameters = self.name.partition("::")[2].partition("[")
        words = name.removeprefix("test_").replace("_", " ") or self.name
        return f"{words} {bracket}{parameters}".strip()

    @property
    def rank(self) -> int:
        return ORDER.index(self.verdict)

    def add(self, report: pytest.TestReport) -> None:
        """The next report; the worst verdict stays."""
        self.duration_s += report.duration
        self.facts = getattr(report, "iotcpd_facts", self.facts)
        verdict, reason = _judged(report)
        if ORDER.index(verdict) < self.rank:
            self.verdict, self.reason = verdict, reason


def _judged(report: pytest.TestReport) -> tuple[str, str]:
    if report.failed:
        verdict = "failed" if report.when == "call" else "error"
        return verdict, _WHEN.get(report.when or "", "") + reason_of(report)
    if hasattr(report, "wasxfail"):
        return ("expected failure" if report.skipped else "unexpectedly passed"), report.wasxfail
    if report.skipped:
        return skipped_as(reason_of(report).removeprefix("Skipped: "))
    return "passed", ""


def skipped_as(reason: str) -> tuple[str, str]:
    """(verdict, reason) of a test that was skipped: with the evidence of a disturbed machine, or not."""
    if reason.startswith(_INCONCLUSIVE):
        return "inconclusive", reason.removeprefix(_INCONCLUSIVE)
    return "skipped", reason


def reason_of(report: typing.Any) -> str:
    """What the report says went wrong: the message without the traceback."""
    if isinstance(report.longrepr, tuple):
        return str(report.longrepr[2])
    crash = getattr(report.longrepr, "reprcrash", None)
    return str(crash.message if crash else report.longrepr).strip()
