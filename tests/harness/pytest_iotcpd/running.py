"""Programs that run for a test: its end is theirs, and what is wrong with it fails the test."""

import contextlib

import pytest

RUNNING = pytest.StashKey[list]()
CALL_PASSED = pytest.StashKey[bool]()


@contextlib.contextmanager
def running_programs(node):
    """A list for a fixture to add its programs to; they are ended when the test is over."""
    programs = []
    everybody = node.stash.setdefault(RUNNING, [])
    everybody.append(programs)
    yield programs
    faults = []
    for program in programs:
        faults += program.shut_down()
        faults += [f"unexpected in the log: {line}" for line in program.unexpected_log_lines()]
    if faults and node.stash.get(CALL_PASSED, False):
        pytest.fail("\n".join(faults), pytrace=False)
