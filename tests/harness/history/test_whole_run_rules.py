"""Rules about a run as a whole, and what a verdict says."""

import os

import pytest

from by_hand import PROMISES, SECOND_NS, TOKENS, record
from pytest_iotcpd import scaled
from pytest_iotcpd.footprint import Footprint
from pytest_iotcpd.history import records
from pytest_iotcpd.history.checkers import Leaks, NonVacuity, Recovery
from pytest_iotcpd.history.checkers.leaks import slope
from pytest_iotcpd.history.records import DaemonName, TraceLine
from pytest_iotcpd.history.segment import Operation, Segment
from pytest_iotcpd.history.verdict import Violation, assert_clean


@pytest.mark.parametrize("successes, ended_s, violations", [(3, 4.9, 0), (3, 5.1, 1), (2, 1.0, 1)])
def test_recovery_wants_enough_successes_and_soon_enough(successes, ended_s, violations):
    ended_ns = round(scaled(ended_s) * SECOND_NS)
    operations = {token: Operation(token, [record(token, ended_ns=ended_ns)])
                  for token in TOKENS[:successes]}
    segment = Segment(PROMISES, operations, faults_stopped_ns=0)
    assert len(Recovery().check(segment)) == violations


def test_a_run_that_shows_nothing_is_vacuous():
    checker = NonVacuity()
    checker.check(Segment(PROMISES, {}, planned=frozenset({("idle", "exit")})))
    assert len(checker.finish()) == 2


@pytest.mark.parametrize("cause, timing", [("queue-timeout", True), ("busy-timeout", True),
                                           ("daemon-death", False)])
def test_a_run_without_success_may_be_the_machines_fault_if_somebody_was_late(cause, timing):
    line = TraceLine(TOKENS[0], "failed", cause, None, 1, 2, 3)
    failed = Operation(TOKENS[0], [record(TOKENS[0], records.ERROR_REPLY)], [line])
    checker = NonVacuity()
    checker.check(Segment(PROMISES, {TOKENS[0]: failed}))
    (found,) = checker.finish()
    assert found.timing == timing


@pytest.mark.parametrize("growth_kib, violations", [(128, 0), (129, 1)])
def test_memory_may_not_grow_cycle_by_cycle(growth_kib, violations):
    held = Footprint.of(os.getpid())
    cycles = [Footprint(held.descriptors, 1, 0, 1000 + growth_kib * number) for number in range(5)]
    checker = Leaks()
    checker.check(Segment(PROMISES, {}, footprints=cycles))
    assert slope([cycle.rss_kib for cycle in cycles]) == growth_kib
    assert len(checker.finish()) == violations


def test_a_verdict_names_its_evidence():
    daemon = DaemonName(1, 2, 345)
    found = Violation("attribution", "by nobody", tokens=("tk_1",), daemons=(daemon,),
                      times_ns=(1_500_000_000,))
    with pytest.raises(AssertionError, match=r"attribution: by nobody \[tk_1, worker 1 incarnation "
                                             r"2 pid 345, at 1.500000 s\]"):
        assert_clean([found])
    assert_clean([])
