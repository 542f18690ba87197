"""One request, one reply, the end of the stream."""

import contextlib

from ..traffic import request_of_reply, unique_request
from .answer import receive
from .any_redirector import StartPool
from .offered import not_offered

EVERY_BYTE_BUT = bytes(byte for byte in range(1, 256) if byte != 0x0A)
LONG_REQUEST, LONG_REPLY, SURPLUS = 4000, 60_000, 500_000


def test_each_client_gets_the_reply_to_its_own_request(pool: StartPool) -> None:
    """Fifty clients, one after the other, each get the reply to their own request."""
    server = pool(n=2)
    for _ in range(50):
        server.answer_to(unique_request()).assert_own()


def test_the_end_of_the_stream_follows_the_reply(pool: StartPool) -> None:
    """After the reply the client sees a clean end of the stream, without having closed anything."""
    server = pool()
    client = server.client()
    answer = receive(client.send(unique_request()), b"")
    assert answer.data.endswith(b"\n") and not answer.reset, str(answer)


def test_an_empty_line_is_a_request(pool: StartPool) -> None:
    """A line of nothing but its newline reaches the daemon and is answered."""
    pool().answer_to(b"\n").assert_own()


def test_a_long_line_is_passed_whole(pool: StartPool) -> None:
    """A request of 4,000 bytes comes to the daemon, and its reply back, byte for byte."""
    server = pool()
    server.answer_to(unique_request("x" * (LONG_REQUEST - 30))).assert_own()


def test_a_long_reply_is_passed_whole(pool: StartPool) -> None:
    """A reply of 60,000 bytes is passed whole, or refused as too long, and never in part."""
    server = pool()
    request, reply = request_of_reply(LONG_REPLY)
    answer = server.answer_to(request)
    server.answer_to(unique_request()).assert_own()
    if not answer.data or len(answer.data) < 1000 and answer.data.endswith(b"\n"):
        not_offered(f"a reply of {LONG_REPLY} bytes is refused with {answer.data[:80]!r}")
    assert answer.data == reply, str(answer)


def test_a_carriage_return_is_kept(pool: StartPool) -> None:
    """A line that ends in CR LF comes back with its CR."""
    pool().answer_to(unique_request("crlf").rstrip() + b"\r\n").assert_own()


def test_bytes_above_127_are_kept(pool: StartPool) -> None:
    """Every byte but NUL and the newline passes in both directions unchanged."""
    pool().answer_to(unique_request().rstrip() + EVERY_BYTE_BUT + b"\n").assert_own()


def test_a_nul_byte_is_data(pool: StartPool) -> None:
    """A NUL byte inside a line neither ends it nor is lost."""
    pool().answer_to(unique_request().rstrip() + b"\x00after\n").assert_own()


def test_a_request_in_pieces_is_one_request(pool: StartPool) -> None:
    """A request that arrives in pieces, with pauses, reaches the daemon as one line."""
    server = pool()
    request = unique_request("x" * 200)
    client = server.client().send_slowly(request, pause_s=0.02, piece=len(request) // 3)
    receive(client, request).assert_own()
    received = server.daemon.journal("recv", token=request.split()[0].decode())
    assert [line["bytes"] for line in received] == [len(request)], received


def test_a_reply_in_pieces_is_one_reply(pool: StartPool) -> None:
    """A reply that the daemon writes a few bytes at a time is passed whole."""
    server = pool()
    server.answer_to(unique_request("@before-reply=dribble(16,2ms)")).assert_own()
    assert server.daemon.fired("dribble") == 1


def test_a_client_that_sends_no_more_is_answered(pool: StartPool) -> None:
    """A client that closes its sending side after its request still gets its reply."""
    server = pool()
    request = unique_request("@before-reply=sleep(50ms)")
    receive(server.client().send(request).half_close(), request).assert_own()


def test_what_follows_the_request_reaches_no_daemon(pool: StartPool) -> None:
    """Of two lines in one write the first is the request; no daemon ever sees the second."""
    server = pool()
    request, second = unique_request(), unique_request("second")
    server.answer_to(request + second)
    server.answer_to(unique_request()).assert_own()
    assert server.daemon.journal("recv", token=request.split()[0].decode())
    assert not server.daemon.journal("recv", token=second.split()[0].decode())


def test_what_follows_the_request_does_not_eat_the_reply(pool: StartPool) -> None:
    """A client that has sent much more than its request gets its reply and a clean end, and no reset."""
    server = pool()
    request = unique_request("@before-reply=sleep(50ms)")
    client = server.client()
    try:
        client.send(request + b"y" * SURPLUS)
    except (ConnectionResetError, BrokenPipeError):
        pass
    answer = receive(client, request)
    assert answer.own and not answer.reset, str(answer)


def test_half_a_request_does_no_harm(pool: StartPool) -> None:
    """What a client has sent without a newline before it left is no part of the next request."""
    server = pool()
    half = unique_request("half").rstrip()
    with contextlib.suppress(AssertionError):  # it may be left without an answer: no harm to others
        receive(server.client(timeout_s=2.0).send(half).half_close(), half)
    for _ in range(3):
        server.answer_to(unique_request()).assert_own()
