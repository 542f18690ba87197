"""Deadlines: a wait in a test is for an event, and fails when the event does not come."""

import contextlib
import time

import pytest

from . import proc

_scale = 1.0
OVERLOAD_PERCENT = 50  #: CPU pressure from which on upper bounds of time say nothing
_PAUSES_S = (0.001, 0.002, 0.005, 0.01, 0.02)


def set_scale(factor):
    """Multiply every deadline by `factor` (sanitizer builds, valgrind, slow machines)."""
    global _scale
    _scale = float(factor)


def scaled(seconds):
    """A deadline of `seconds` on a quiet machine, stretched by --timeout-scale."""
    return seconds * _scale


def eventually(condition, within=5.0, what=None):
    """Poll `condition` until it returns something true, and return that.

    An AssertionError or OSError inside counts as "not yet"; the last one is shown when the
    deadline passes. `within` is in seconds before scaling.
    """
    deadline = time.monotonic() + scaled(within)
    attempt = 0
    while True:
        last_error = None
        try:
            value = condition()
            if value:
                return value
        except (AssertionError, OSError) as error:
            last_error = error
        if time.monotonic() >= deadline:
            name = what or getattr(condition, "__name__", "condition")
            reason = f": {last_error}" if last_error else ""
            raise AssertionError(f"not within {scaled(within):g} s: {name}{reason}")
        time.sleep(_PAUSES_S[min(attempt, len(_PAUSES_S) - 1)])
        attempt += 1


@contextlib.contextmanager
def inconclusive_when_overloaded():
    """For upper bounds of time alone: when the body fails while the CPUs are overcommitted, that
    says nothing, and the test is skipped with the reason."""
    try:
        yield
    except AssertionError as error:
        pressure = proc.cpu_pressure_percent()
        if pressure > OVERLOAD_PERCENT:
            pytest.skip(f"inconclusive: CPU pressure is {pressure:.0f} %: {error}")
        raise


def assert_in_time(waited_s, limit_s, slack_s=0.05, at_least_s=0.0):
    """A promise of the program: not before `at_least_s`, and by `limit_s` plus a scaled slack."""
    assert waited_s >= at_least_s, f"too early: {waited_s:.4f} s instead of {at_least_s:g} s"
    with inconclusive_when_overloaded():
        latest_s = limit_s + scaled(slack_s)
        assert waited_s <= latest_s, f"too late: {waited_s:.4f} s, promised within {latest_s:g} s"


class Stopwatch:
    """Seconds since it was made; `elapsed_s` may be read any number of times."""

    def __init__(self):
        self._start = time.monotonic()

    @property
    def elapsed_s(self):
        return time.monotonic() - self._start
