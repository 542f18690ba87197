"""Programs that run for a test: its end is theirs, and what is wrong with it fails the test."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from . import log

RUNNING = pytest.StashKey[list[list[Any]]]()
#: Of a test that was called: "passed", "failed" or "skipped".
OUTCOME = pytest.StashKey[str]()


@contextlib.contextmanager
def running_programs(node: pytest.Item,
                     findings: Callable[[], list[str]] = list) -> Iterator[list[Any]]:
    """A list for a fixture to add its programs to; they are ended when the test is over.

    `findings()` are further sentences on what was wrong, asked for when all have ended. What is wrong
    fails a test that was skipped, too: no busy machine explains a crash. It may explain a warning.
    """
    programs: list[Any] = []
    nobody: list[list[Any]] = []
    node.stash.setdefault(RUNNING, nobody).append(programs)
    yield programs
    faults: list[str] = []
    outcome = node.stash.get(OUTCOME, "failed")
    for program in programs:
        faults += _ended(program)
        faults += [f"unexpected in the log: {line}" for line in program.unexpected_log_lines()
                   if outcome == "passed" or log.is_of_sanitizer(line)]
    faults += findings()
    if faults and outcome != "failed":
        pytest.fail("\n".join(faults), pytrace=False)


def _ended(program: Any) -> list[str]:
    """What was wrong with its end; the others are to be ended in any case."""
    try:
        wrong: list[str] = program.shut_down()
        return wrong
    except Exception as error:
        return [f"{type(error).__name__} at its end: {error}"]
