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
