"""As many daemons are started as have ended, and no slot is lost."""

import pytest

from by_hand import SECOND_NS, life
from pytest_iotcpd.history.checkers import RespawnAlgebra


def test_a_number_that_is_left_out_breaks_the_algebra(files):
    files.journal("start", incarnation=1)
    files.journal("start", incarnation=3)
    segment = files.cut()
    segment.samples[-1] = {"daemon spawns": 2, "daemon deaths": 1, "daemon S_AVAILABLE": 1,
                           "daemon S_BUSY": 0, "daemon S_SPAWNING": 0, "daemon S_STARTING": 0}
    (found,) = [found for found in RespawnAlgebra().check(segment) if "deaths" not in found.what]
    assert "count up by one" in found.what


@pytest.mark.parametrize("spawns, violations", [(1, 1), (2, 0), (3, 0), (4, 1)])
def test_a_start_after_the_statistics_may_be_in_the_journal_already(files, spawns, violations):
    for number in range(1, 4):
        files.journal("start", incarnation=number, t_ns=number * SECOND_NS)
    segment = files.cut()
    segment.asked_ns = 3 * SECOND_NS
    segment.samples[-1] = {"daemon spawns": spawns, "daemon deaths": spawns - 1,
                           "daemon S_AVAILABLE": 1, "daemon S_BUSY": 0, "daemon S_SPAWNING": 0,
                           "daemon S_STARTING": 0}
    found = [found for found in RespawnAlgebra().check(segment) if "spawns" in found.what]
    assert len(found) == violations


@pytest.mark.parametrize("refreshes, first_ended, lost", [
    (1, False, False), (0, False, True), (1, True, True)])
def test_a_slot_is_not_lost_while_an_older_daemon_has_it_beside_the_successor_that_failed(
        files, refreshes, first_ended, lost):
    files.journal("start", incarnation=1, t_ns=SECOND_NS)
    if first_ended:
        files.journal("exit", incarnation=1, t_ns=2 * SECOND_NS, reason="fault")
    life(files, 2, 3.0, 4.0)
    segment = files.cut(refreshes=refreshes)
    segment.cut_ns = 1000 * SECOND_NS
    segment.samples[-1] = {"daemon spawns": 2, "daemon deaths": 1, "daemon S_AVAILABLE": 1,
                           "daemon S_BUSY": 0, "daemon S_SPAWNING": 0, "daemon S_STARTING": 0}
    found = [found for found in RespawnAlgebra().check(segment) if "no successor" in found.what]
    assert bool(found) == lost
