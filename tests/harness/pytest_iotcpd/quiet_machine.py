"""Whether a measurement that went wrong says something: a disturbed machine makes it inconclusive."""

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

import pytest

from . import proc
from .processors import Processors

_Value = TypeVar("_Value")

_MOST_PRESSURE = 0.25
_MOST_MEDIAN_LAG_MS = 0.05


class Disturbance:
    """What took processor time from the test, from its making on."""

    def __init__(self) -> None:
        self._started_s = time.monotonic()
        self._stalled_s = proc.cpu_stalled_s()
        self._processors = Processors()

    def evidence(self) -> list[str]:
        """Sentences; none when the machine was quiet."""
        elapsed_s = max(time.monotonic() - self._started_s, 1e-3)
        pressure = (proc.cpu_stalled_s() - self._stalled_s) / elapsed_s
        found = []
        if pressure > _MOST_PRESSURE:
            found.append(f"somebody waited for a processor {pressure:.0%} of the time")
        found += filter(None, (self._processors.theft(), self._processors.exhaustion()))
        return found


def conclusive(measure: Callable[[], _Value], attempts: int = 2) -> _Value:
    """The value of `measure()`, which holds a measurement against what it should be.

    When it fails although nothing disturbed it, the test fails. When there is evidence that
    something did, by the machine or by the generator's own verdict (Unbelievable), it is done once
    more; the test is skipped with the evidence when that is no better. What is Definite fails
    whatever was going on.
    """
    for attempt in range(1, attempts + 1):
        disturbance = Disturbance()
        try:
            return measure()
        except Definite:
            raise
        except AssertionError as error:
            evidence = getattr(error, "evidence", []) + disturbance.evidence()
            if not evidence:
                raise
            if attempt == attempts:
                pytest.skip(f"inconclusive: {'; '.join(evidence)}: {error}")
    raise AssertionError("no attempt was asked for")


@contextlib.contextmanager
def unless_held_up(lag_ms: Mapping[str, float], least_ms: float = 1) -> Iterator[None]:
    """What a few stand-stills of the whole machine do says nothing of the generator: ten of 3 ms in
    10 s make a grid of 1 ms a coefficient of variation of 0.1, and servers stand still, too. The
    median of the send lag, which they leave alone, is judged in any case: a generator that is always
    late has no excuse but a machine that was disturbed all the time."""
    if lag_ms["p50"] > _MOST_MEDIAN_LAG_MS:
        raise AssertionError(f"half of the requests were sent more than {lag_ms['p50']} ms late")
    try:
        yield
    except AssertionError as error:
        if lag_ms["max"] > least_ms:
            setattr(error, "evidence",
                    [f"a request was held up for {lag_ms['max']} ms before it was sent"])
        raise


class Definite(AssertionError):
    """What no disturbance explains: the program has refused to do it, or contradicts itself."""


class Unbelievable(AssertionError):
    """The generator itself called its run INVALID."""

    def __init__(self, problems: Iterable[str]) -> None:
        super().__init__(f"INVALID: {'; '.join(problems)}")
        self.evidence = list(problems)
