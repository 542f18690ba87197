"""Class Scoreboard: gathers the verdicts of the scenarios and tells the score."""

import dataclasses
import json
import typing

import pytest

from .any_redirector import PoolNotStarted
from .offered import PREFIX
from .table import rows

PROPERTY = "conformance"
VERDICTS = ("passed", "failed", "not offered", "inconclusive")


@dataclasses.dataclass
class Result:
    """One scenario; `reason` is why it was not passed."""
    id: str
    area: str
    claim: str
    verdict: str = "passed"
    reason: str = ""
    duration_s: float = 0.0

    def add(self, report: pytest.TestReport) -> None:
        """A report of its setup, call or teardown; what has failed stays so."""
        self.duration_s += report.duration
        if report.failed:
            self.verdict, self.reason = "failed", _first_line(report)
        elif report.skipped and self.verdict == "passed":
            reason = _first_line(report).removeprefix("Skipped: ")
            self.verdict = "not offered" if reason.startswith(PREFIX) else "inconclusive"
            self.reason = reason.removeprefix(PREFIX)


def _first_line(report: pytest.TestReport) -> str:
    if isinstance(report.longrepr, tuple):
        return report.longrepr[2]
    crash = getattr(report.longrepr, "reprcrash", None)
    line = (crash.message if crash else str(report.longrepr)).partition("\n")[0]
    return line.removeprefix(f"{PoolNotStarted.__module__}.")


class Scoreboard:
    """A plugin of the process that prints: reports of all workers come to it.

    `redirector()` is the command under test, once all plugins are configured.
    """

    def __init__(self, redirector: typing.Callable[[], str], json_path: str | None = None) -> None:
        self._redirector, self._json_path = redirector, json_path
        self._results: dict[str, Result] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        described: typing.Any = dict(report.user_properties).get(PROPERTY)
        if described:
            self._results.setdefault(described["id"], Result(**described)).add(report)

    def pytest_terminal_summary(self, terminalreporter: typing.Any) -> None:
        if not self._results:
            return
        terminalreporter.section("conformance")
        for line in rows(self.summary()):
            terminalreporter.line(line)
        if self._json_path:
            with open(self._json_path, "w", encoding="utf-8") as file:
                json.dump(self.summary(), file, indent=2)
                file.write("\n")

    def summary(self) -> dict[str, typing.Any]:
        """The table as --conformance-json writes it."""
        results = list(self._results.values())
        areas = {area: _count(result for result in results if result.area == area)
                 for area in dict.fromkeys(result.area for result in results)}
        total = _count(results)
        offered = total["passed"] + total["failed"]
        return {"redirector": self._redirector(), "areas": areas, "total": total,
                "score": {"passed": total["passed"], "offered": offered,
                          "percent": round(100 * total["passed"] / offered, 1) if offered else None},
                "scenarios": [dataclasses.asdict(result) for result in results]}


def _count(results: typing.Iterable[Result]) -> dict[str, int]:
    verdicts = [result.verdict for result in results]
    return {verdict.replace(" ", "_"): verdicts.count(verdict) for verdict in VERDICTS}
