"""Violations with their evidence, and what a test makes of them."""

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any

from ..deadline import inconclusive_when_overloaded
from .records import DaemonName
from .segment import Operation, Segment

_SHOWN = 5


@dataclasses.dataclass(frozen=True)
class Violation:
    """One thing that must not be. `timing`: a machine that is overcommitted may have caused it, as
    somebody was not given the processor in time."""
    checker: str
    what: str
    tokens: tuple[str, ...] = ()
    daemons: tuple[DaemonName | None, ...] = ()
    times_ns: tuple[float | None, ...] = ()
    timing: bool = False

    def __str__(self) -> str:
        evidence = [*self.tokens, *map(str, self.daemons),
                    *(f"at {t_ns / 1e9:.6f} s" for t_ns in self.times_ns if t_ns is not None)]
        return f"{self.checker}: {self.what}" + (f" [{', '.join(evidence)}]" if evidence else "")


class Checker:
    """One rule. `check` is called with each segment in turn, `finish` once after the last; both
    return the violations they find. `name` is the rule's row in the table of checkers."""

    name = ""

    def check(self, segment: Segment) -> list[Violation]:
        return []

    def finish(self) -> list[Violation]:
        return []

    def violation(self, what: str, operation: Operation | None = None, **evidence: Any) -> Violation:
        """A violation of this rule; `evidence` are fields of Violation."""
        tokens = (operation.token,) if operation else evidence.pop("tokens", ())
        return Violation(self.name, what, tokens=tokens, **evidence)


def assert_clean(violations: Sequence[Violation]) -> None:
    """No violation at all; with nothing but those of timing on an overcommitted machine the
    test is skipped as inconclusive."""
    hard = [violation for violation in violations if not violation.timing]
    assert not hard, report(hard)
    with inconclusive_when_overloaded():
        assert not violations, report(violations)


def report(violations: Iterable[Violation]) -> str:
    """All in lines, but only a few of each checker."""
    lines: list[str] = []
    for name in dict.fromkeys(violation.checker for violation in violations):
        mine = [violation for violation in violations if violation.checker == name]
        lines += map(str, mine[:_SHOWN])
        if len(mine) > _SHOWN:
            lines.append(f"{name}: {len(mine) - _SHOWN} more")
    return "\n".join(["what must not be:", *lines])
