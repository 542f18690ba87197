"""Three histories of one run, joined by token and judged by the checkers.

A CheckedRun drives a redirector and collects what its clients saw, what its --trace says and what
the journal of its fake daemons says. At each cut they become a Segment, every checker looks at it,
and it is dropped; `finish()` returns all violations, `assert_clean()` fails on any.
"""

from .ask import Ask, Burst
from .checked_run import CheckedRun
from .segment import Promises, Segment
from .verdict import Checker, Violation, assert_clean

__all__ = ["Ask", "Burst", "CheckedRun", "Checker", "Promises", "Segment", "Violation",
           "assert_clean"]
