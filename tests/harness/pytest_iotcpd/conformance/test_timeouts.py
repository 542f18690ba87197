"""What hangs is given up."""

from ..traffic import unique_request
from .long_waits import LongWaits


def test_a_daemon_that_hangs_is_given_up(long_waits: LongWaits) -> None:
    """A client whose daemon hangs is told so after a time, by a refusal or the end of the stream."""
    answer = long_waits.needed("hung", "a daemon that hangs")
    answer.assert_own_or_refused()
    assert not answer.own, "answered, though the daemon was held"


def test_a_daemon_that_was_given_up_is_replaced(long_waits: LongWaits) -> None:
    """After the only daemon has hung, the pool serves again."""
    long_waits.server_after_timeout()


def test_a_late_reply_reaches_nobody(long_waits: LongWaits) -> None:
    """The reply that a daemon writes after it was given up reaches no later client."""
    server = long_waits.server_after_timeout()
    long_waits.let_the_late_reply_come()
    for _ in range(10):
        server.answer_to(unique_request()).assert_own_or_refused()


def test_half_a_reply_is_no_part_of_the_next(long_waits: LongWaits) -> None:
    """A reply without a newline, of a daemon that lives on, is never put in front of a later reply."""
    server = long_waits.server_after_half_a_reply()
    for _ in range(5):
        server.answer_to(unique_request()).assert_own_or_refused()


def test_a_client_that_sends_nothing_is_closed(long_waits: LongWaits) -> None:
    """A connection on which nothing is sent is closed after a time."""
    answer = long_waits.needed("silent", "a client that sends nothing")
    assert answer.data == b"", str(answer)


def test_a_client_that_sends_half_a_line_is_closed(long_waits: LongWaits) -> None:
    """A client that does not finish its line is refused after a time, and keeps no connection."""
    answer = long_waits.needed("half", "a client that sends half a line")
    assert answer.refused, str(answer)
