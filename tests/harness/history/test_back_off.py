"""Whoever keeps dying is started later and later."""

import pytest

from by_hand import SECOND_NS, TOKENS, life, record
from pytest_iotcpd.history import records
from pytest_iotcpd.history.checkers import BackOff
from pytest_iotcpd.history.checkers.respawning import back_off_s


def test_the_back_off_begins_with_the_second_death_and_ends_at_a_minute():
    assert [back_off_s(deaths, 2) for deaths in (0, 1, 2, 3, 6, 7, 99)] == [0, 0, 2, 4, 32, 60, 60]


@pytest.mark.parametrize("third_s, violations", [(2.100, 0), (2.099, 1)])
def test_a_start_is_too_early_by_a_millisecond(files, third_s, violations):
    life(files, 1, 0.5, 1.0)
    life(files, 2, 1.0, 2.0)
    files.journal("start", incarnation=3, t_ns=round(third_s * SECOND_NS))
    assert len(BackOff().check(files.cut())) == violations


def test_a_successor_that_fails_delays_its_refresh_and_not_its_slot(files):
    life(files, 1, 0.5, 1.0)
    files.cut(refreshes=1)
    for number, (start_s, end_s) in enumerate([(1.2, 1.3), (1.3, 1.4)], 2):
        life(files, number, start_s, end_s)
    assert not BackOff().check(files.cut(refreshes=1)), "the refresh may have gone on"
    life(files, 4, 1.4, 1.5)
    life(files, 5, 1.5, 1.6)
    files.journal("start", incarnation=6, t_ns=round(1.6 * SECOND_NS))
    assert len(BackOff().check(files.cut(refreshes=1))) == 1, "and now it is over"


@pytest.mark.parametrize("replied, violations", [(True, 0), (False, 1)])
def test_a_reply_to_a_client_that_has_left_may_count_as_served(files, replied, violations):
    life(files, 1, 0.5, 1.0)
    life(files, 2, 1.0, 2.0)
    files.journal("start", incarnation=3, t_ns=2 * SECOND_NS)
    files.histories.clients.add(record(TOKENS[0], records.LEFT))
    files.journal("recv", TOKENS[0])
    if replied:
        files.journal("reply", TOKENS[0], slept_us=1)
    files.trace(TOKENS[0], "unknown", "reset")
    assert len(BackOff().check(files.cut())) == violations


def test_a_start_beside_a_daemon_that_ends_later_follows_no_death(files):
    life(files, 1, 0.5, 1.0)
    life(files, 2, 1.0, 3.0)
    files.journal("start", incarnation=3, t_ns=2 * SECOND_NS)
    assert not BackOff().check(files.cut())
