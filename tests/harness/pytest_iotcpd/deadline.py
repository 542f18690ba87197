"""Deadlines: a wait in a test is for an event, and fails when the event does not come."""

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

import pytest

from .processors import Processors
from .quiet_machine import Definite

_Value = TypeVar("_Value")

_scale = 1.0
_processors = Processors()
_PAUSES_S = (0.001, 0.002, 0.005, 0.01, 0.02)


def set_scale(factor: float) -> None:
    """Multiply every deadline by `factor` (sanitizer builds, valgrind, slow machines)."""
    global _scale
    _scale = float(factor)


def begin_watch() -> None:
    """What the processors do from now on is what overload() is about."""
    global _processors
    _processors = Processors()


def overload() -> str | None:
    """Why upper bounds of time say nothing since begin_watch(), which each test calls; or None."""
    return _processors.overload()


def scaled(seconds: float) -> float:
    """A deadline of `seconds` on a quiet machine, stretched by --timeout-scale."""
    return seconds * _scale


def eventually(condition: Callable[[], _Value | None], within: float = 5.0,
               what: str | None = None) -> _Value:
    """Poll `condition` until it returns something true, and return that.

    An AssertionError or OSError inside counts as "not yet"; the last one is shown when the
    deadline passes. `within` is in seconds before scaling.
    """
    deadline = time.monotonic() + scaled(within)
    attempt = 0
    while True:
        is_last = time.monotonic() >= deadline  # Read before the look: who was held up has one more.
        last_error = None
        try:
            value = condition()
            if value:
                return value
        except (AssertionError, OSError) as error:
            last_error = error
        if is_last:
            name = what or getattr(condition, "__name__", "condition")
            reason = f": {last_error}" if last_error else ""
            raise AssertionError(f"not within {scaled(within):g} s: {name}{reason}")
        time.sleep(_PAUSES_S[min(attempt, len(_PAUSES_S) - 1)])
        attempt += 1


@contextlib.contextmanager
def inconclusive_when_overloaded() -> Iterator[None]:
    """For upper bounds of time alone: when the body fails while the CPUs are overcommitted, that
    says nothing, and the test is skipped with the reason. What is Definite fails it all the same."""
    try:
        yield
    except Definite:
        raise
    except AssertionError as error:
        if reason := overload():
            pytest.skip(f"inconclusive: {reason}: {error}")
        raise


def assert_in_time(waited_s: float, limit_s: float, slack_s: float = 0.05,
                   at_least_s: float = 0.0) -> None:
    """A promise of the program: not before `at_least_s`, and by `limit_s` plus a scaled slack."""
    assert waited_s >= at_least_s, f"too early: {waited_s:.4f} s instead of {at_least_s:g} s"
    with inconclusive_when_overloaded():
        latest_s = limit_s + scaled(slack_s)
        assert waited_s <= latest_s, f"too late: {waited_s:.4f} s, promised within {latest_s:g} s"


class Stopwatch:
    """Seconds since it was made; `elapsed_s` may be read any number of times."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    @property
    def elapsed_s(self) -> float:
        return time.monotonic() - self._start
