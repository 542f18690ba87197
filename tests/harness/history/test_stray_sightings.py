"""When a line that nobody asked for counts as seen."""

import pytest

from by_hand import journalled
from pytest_iotcpd.history import Promises
from pytest_iotcpd.history.records import DaemonName, TraceLine
from pytest_iotcpd.history.segment import Operation, Segment
from pytest_iotcpd.history.stray_sightings import StraySightings


def sighting(concurrency, *replies, t_ns=100, asked_ns=None):
    """When a line that was written at t_ns counts; `replies` are (written, read) by the same daemon;
    the redirector is at rest when it is asked at asked_ns."""
    daemon = DaemonName(0, 1, 77)
    operations = {str(number): Operation(
        str(number), replied=[journalled("reply", written_ns, daemon)],
        trace=[TraceLine(str(number), "replied", None, daemon, 1, 2, 999, read_ns)])
        for number, (written_ns, read_ns) in enumerate(replies)}
    segment = Segment(Promises(1, concurrency=concurrency), operations, asked_ns=asked_ns)
    return StraySightings(segment).seen_ns(journalled("stray", t_ns, daemon))


def test_a_line_of_a_daemon_with_one_request_counts_when_it_is_written():
    assert sighting(1, (90, 95), (110, 130)) == 100


@pytest.mark.parametrize("replies, seen_ns", [
    ([], None), ([(90, 120)], None), ([(100, 120)], None), ([(101, 130)], 130),
    ([(140, 160), (101, 150)], 150), ([(101, None)], None)])
def test_a_line_of_a_daemon_with_several_counts_when_a_later_reply_has_been_read(replies, seen_ns):
    assert sighting(4, *replies) == seen_ns


@pytest.mark.parametrize("asked_ns, replies, seen_ns", [
    (200, [], 200), (200, [(90, 120)], 200), (200, [(101, 130)], 130), (100, [], None), (90, [], None)])
def test_a_line_that_no_reply_follows_counts_when_all_is_at_rest(asked_ns, replies, seen_ns):
    assert sighting(4, *replies, asked_ns=asked_ns) == seen_ns


def test_the_replies_of_another_daemon_say_nothing_of_a_line():
    segment = Segment(Promises(1, concurrency=4), {"0": Operation(
        "0", replied=[journalled("reply", 110, DaemonName(0, 2, 78))],
        trace=[TraceLine("0", "replied", None, DaemonName(0, 2, 78), 1, 2, 999, 130)])})
    assert StraySightings(segment).seen_ns(journalled("stray", 100, DaemonName(0, 1, 77))) is None
