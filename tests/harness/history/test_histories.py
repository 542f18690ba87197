"""How the three histories are read, joined and dropped."""

import os

import pytest

from by_hand import TOKENS, append, record
from pytest_iotcpd.history.checkers import LostOrDuplicate
from pytest_iotcpd.history.incarnations import REMEMBERED, Incarnations
from pytest_iotcpd.history.line_tail import LineTail
from pytest_iotcpd.history.recording_client import ClientHistory, SegmentFull
from pytest_iotcpd.history.records import DaemonName


# -- files -------------------------------------------------------------------------------------

def test_a_line_is_read_once_and_only_when_it_is_whole(tmp_path):
    path = tmp_path / "lines"
    tail = LineTail(path)
    assert not list(tail.lines())
    append(path, b"one\ntw")
    assert list(tail.lines()) == [b"one"] and not list(tail.lines())
    append(path, b"o\n\nthree\n")
    assert list(tail.lines()) == [b"two", b"three"]


def test_what_was_read_gives_its_disk_back_and_the_file_grows_on(tmp_path):
    path = tmp_path / "lines"
    append(path, (b"x" * 1023 + b"\n") * 4096)
    tail = LineTail(path)
    assert len(list(tail.lines())) == 4096
    held = os.stat(path).st_blocks
    tail.forget()
    append(path, b"next\n")
    assert list(tail.lines()) == [b"next"]
    assert os.stat(path).st_size == 4096 * 1024 + 5
    assert os.stat(path).st_blocks < held / 10


def test_a_segment_holds_its_limit_and_not_one_more():
    history = ClientHistory(limit=2)
    for token in TOKENS[:2]:
        history.add(record(token))
    with pytest.raises(SegmentFull):
        history.add(record(TOKENS[2]))
    assert [taken.token for taken in history.take()] == TOKENS[:2]
    history.add(record(TOKENS[2]))


def test_a_line_of_the_journal_that_a_killed_daemon_has_not_finished_spoils_no_other(files):
    files.exchange(TOKENS[0])
    files.journal_is_cut_off(b'{"event":"repl')
    files.exchange(TOKENS[1])
    operations = files.cut().operations
    assert all(operations[token].received and operations[token].replied for token in TOKENS[:2])


# -- the join ----------------------------------------------------------------------------------

def test_the_lines_of_a_token_come_together_whatever_their_order(files):
    for token in TOKENS[:2]:
        files.exchange(token)
    operations = files.cut().operations
    assert list(operations) == TOKENS[:2]
    for token, operation in operations.items():
        lines = operation.client + operation.trace + operation.received + operation.replied
        assert [line.token for line in lines] == [token] * 4


def test_a_token_is_dropped_with_its_segment_and_a_stranger_afterwards(files):
    files.exchange(TOKENS[0])
    assert not files.cut().strangers
    files.journal("recv", TOKENS[0])
    found = LostOrDuplicate().check(files.cut())
    assert [violation.tokens for violation in found] == [(TOKENS[0],)]


def test_what_a_daemon_tells_of_the_segment_before_is_no_stranger(files):
    files.exchange(TOKENS[0])
    files.cut()
    files.journal("fault", TOKENS[0], point="after-reply", action="exit", fault="")
    segment = files.cut()
    assert not segment.strangers and len(segment.faults) == 1


def test_a_query_that_nobody_asked_is_a_stranger(files):
    files.trace("GET /")
    assert LostOrDuplicate().check(files.cut())


def test_old_processes_are_forgotten():
    incarnations = Incarnations()
    for number in range(1, REMEMBERED + 3):
        incarnations.start(DaemonName(0, number, number), number)
    incarnations.forget_old()
    assert len(incarnations.all()) == REMEMBERED and incarnations.count == REMEMBERED + 2
    assert incarnations.get(DaemonName(0, 2, 2)) is None
    assert incarnations.get(DaemonName(0, 3, 3)).predecessor is None
