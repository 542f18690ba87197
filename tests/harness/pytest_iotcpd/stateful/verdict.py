"""Class Verdict: what becomes of violations outside of a test."""

import dataclasses
from collections.abc import Collection
from typing import Self

from ..deadline import overload, scaled
from ..history.verdict import Violation, report


@dataclasses.dataclass(frozen=True)
class Verdict:
    """`violations` count. `doubtful` are those of timing on an overcommitted machine, or of programs
    that are slow (--timeout-scale; the times of a scenario are not scaled), when there are no
    others: they say nothing either way."""
    violations: tuple[Violation, ...] = ()
    doubtful: tuple[Violation, ...] = ()

    @classmethod
    def of(cls, violations: Collection[Violation]) -> Self:
        hard = tuple(violation for violation in violations if not violation.timing)
        if hard or (scaled(1) <= 1 and not overload()):
            return cls(violations=tuple(violations))
        return cls(doubtful=tuple(violations))

    @property
    def checkers(self) -> list[str]:
        """Names of those that complain, each once."""
        return list(dict.fromkeys(violation.checker for violation in self.violations))

    def __str__(self) -> str:
        if not self.violations and not self.doubtful:
            return "no checker complains"
        doubt = "" if self.violations else "inconclusive, as CPUs are overcommitted or programs slow: "
        return doubt + report(self.violations or self.doubtful)


class Judgement:
    """The Verdict on violations that become more. They are judged when some are new: later the machine may
    be busier, or quiet again. What has counted once counts."""

    def __init__(self) -> None:
        self._count = 0
        self._verdict = Verdict()

    def on(self, violations: Collection[Violation]) -> Verdict:
        """`violations` are all that there are by now."""
        if len(violations) > self._count:
            counts = bool(self._verdict.violations)
            self._verdict = Verdict(tuple(violations)) if counts else Verdict.of(violations)
            self._count = len(violations)
        return self._verdict
