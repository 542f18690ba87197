"""Time windows: exact from below, generous from above, where a busy machine may add its share."""

import contextlib
from collections.abc import Iterator

from .deadline import Stopwatch, assert_in_time

MARGIN_S = 1.0


def assert_window(measured_s: float, at_least_s: float, margin_s: float = MARGIN_S) -> None:
    """`measured_s` is not before `at_least_s`, and at most the (scaled) margin after it."""
    assert_in_time(measured_s, at_least_s, slack_s=margin_s, at_least_s=at_least_s)


@contextlib.contextmanager
def takes(at_least_s: float, margin_s: float = MARGIN_S) -> Iterator[Stopwatch]:
    """The body's run time lies in the window."""
    watch = Stopwatch()
    yield watch
    assert_window(watch.elapsed_s, at_least_s, margin_s)
