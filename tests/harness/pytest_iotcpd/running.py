"""Programs that run for a test: its end is theirs, and what is wrong with it fails the test."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

RUNNING = pytest.StashKey[list[list[Any]]]()
CALL_PASSED = pytest.StashKey[bool]()


@contextlib.contextmanager
def running_programs(node: pytest.Item,
                     findings: Callable[[], list[str]] = list) -> Iterator[list[Any]]:
    """A list for a fixture to add its programs to; they are ended when the test is over.

    `findings()` are further sentences on what was wrong, asked for when all have ended.
    """
    programs: list[Any] = []
    nobody: list[list[Any]] = []
    node.stash.setdefault(RUNNING, nobody).append(programs)
    yield programs
    faults: list[str] = []
    for program in programs:
        faults += program.shut_down()
        faults += [f"unexpected in the log: {line}" for line in program.unexpected_log_lines()]
    faults += findings()
    passed = node.stash.get(CALL_PASSED, False)
    if faults and passed:
        pytest.fail("\n".join(faults), pytrace=False)
