"""Each fault has its class and its cause."""

import pytest

from by_hand import SECOND_NS, TOKENS, record
from pytest_iotcpd.history import records
from pytest_iotcpd.history.checkers import CauseEquality


def met(files, *faults, cause, at_ns=5, decided_ns=8, **meddled):
    """What is wrong when a request has met these faults, and has failed with that cause."""
    files.journal("start", t_ns=1)
    files.journal("recv", TOKENS[0])
    for action in faults:
        files.journal("fault", TOKENS[0], point="before-reply", action=action, fault=action,
                      t_ns=at_ns)
    files.trace(TOKENS[0], "timeout" if cause == "busy-timeout" else "failed", cause, decided_ns)
    files.histories.clients.add(record(TOKENS[0], records.ERROR_REPLY))
    segment = files.histories.cut([{}], **meddled)
    return [found.what for found in CauseEquality().check(segment) if " ended as " in found.what]


def test_of_several_faults_any_may_be_the_one_that_is_seen(files):
    assert not met(files, "drop", "close-stdout", cause="daemon-death")


@pytest.mark.parametrize("before, violations", [("drop", 0), ("oversize(70000)", 1)])
def test_a_daemon_that_ends_after_half_a_reply_is_seen_to_end_and_not_waited_for(files, before, violations):
    files.journal("fault", TOKENS[0], point="after-reply", action="exit", fault="exit(0)", t_ns=6)
    assert len(met(files, before, cause="daemon-death")) == violations


def test_the_cause_is_that_of_a_fault(files):
    assert met(files, "drop", cause="daemon-death")


def test_a_daemon_that_is_killed_need_not_come_to_its_fault(files):
    assert not met(files, "drop", cause="daemon-death", killed=[101])


@pytest.mark.parametrize("waited_s, fault_s, violations", [
    (15, 15.001, 0), (15, 14.951, 0), (15, 14.949, 1), (14.999, 15.001, 1)])
def test_a_fault_at_the_end_of_the_busy_timeout_may_come_too_late(
        files, waited_s, fault_s, violations):
    assert len(met(files, "exit", cause="busy-timeout", at_ns=4 + round(fault_s * SECOND_NS),
                   decided_ns=4 + round(waited_s * SECOND_NS))) == violations


def timed_out_before_its_exit(files, **meddled):
    return met(files, "exit", cause="busy-timeout", **meddled)


def test_a_daemon_that_is_stopped_need_not_come_to_its_fault(files):
    assert not timed_out_before_its_exit(files, stopped=[101])


def test_another_than_the_one_that_is_stopped_has_no_excuse(files):
    assert timed_out_before_its_exit(files, stopped=[102])
