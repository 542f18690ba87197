"""Slow and hostile clients."""

from .. import proc
from ..traffic import in_parallel, request_of_reply, unique_request
from .answer import receive
from .any_redirector import AnyRedirector, StartPool
from .observing import wait_taken

IDLE_CLIENTS = 300
FLOOD_BYTES, FLOOD_SLACK_KIB = 8_000_000, 4000


def assert_served(server: AnyRedirector, count: int = 3) -> None:
    for _ in range(count):
        server.answer_to(unique_request()).assert_own()


def test_one_byte_at_a_time_is_fast_enough(pool: StartPool) -> None:
    """A client that sends a byte at a time is answered like any other."""
    server = pool()
    request = unique_request()
    receive(server.client().send_slowly(request, pause_s=0.005), request).assert_own()


def test_half_a_line_occupies_no_daemon(pool: StartPool) -> None:
    """While a client is in the middle of its request, the only daemon serves others."""
    server = pool()
    request = unique_request("in two halves")
    slow = server.client().send(request[:20])
    assert_served(server)
    receive(slow.send(request[20:]), request).assert_own()


def test_silent_connections_keep_nobody_waiting(pool: StartPool) -> None:
    """Three hundred connections that say nothing keep nobody else from being served."""
    server = pool()
    silent = [server.client() for _ in range(IDLE_CLIENTS)]
    try:
        assert_served(server, 10)
    finally:
        for client in silent:
            client.close()
    assert_served(server)


def test_resets_do_no_harm(pool: StartPool) -> None:
    """Fifty clients that reset their connections, half of them in the middle of a line, harm nobody."""
    server = pool()
    for number in range(50):
        client = server.client()
        if number % 2:
            client.send(b"half a li")
        client.reset()
    assert_served(server)


def test_a_line_without_end_takes_no_memory(pool: StartPool) -> None:
    """Of a client that sends 8 MB without a newline not everything is kept: memory has a bound."""
    server = pool()
    before_kib = proc.rss_kib(server.pid)
    client = server.client(timeout_s=3.0)
    try:
        for _ in range(FLOOD_BYTES // 65536):
            client.send(b"z" * 65536)
    except (ConnectionResetError, BrokenPipeError, TimeoutError):
        pass
    wait_taken(client, 3.0)
    grown_kib = proc.rss_kib(server.pid) - before_kib
    assert grown_kib < server.memory_slack_kib(FLOOD_SLACK_KIB), f"{grown_kib} KiB more"
    assert_served(server)
    client.reset()
    assert_served(server)


def test_who_takes_no_reply_delays_nobody(pool: StartPool) -> None:
    """A client that does not read its reply keeps nobody else from being served."""
    server = pool()
    request, _ = request_of_reply(60_000)
    client = server.client(receive_buffer=2048).send(request)
    server.daemon.wait_journal("recv", request=request.decode().rstrip())
    assert_served(server)
    client.reset()
    assert_served(server)


def test_many_clients_at_once_each_get_an_answer(pool: StartPool) -> None:
    """Two hundred clients that come at once over two daemons each get their reply or a refusal, and soon."""
    server = pool(n=2, latency="2ms")
    answers = in_parallel(server.answer_to, [unique_request() for _ in range(200)], workers=100)
    for answer in answers:
        answer.assert_own_or_refused()
    assert sum(answer.own for answer in answers) >= 2


def test_after_the_rush_all_is_as_before(pool: StartPool) -> None:
    """When more clients have come than could be served, later ones are served as if nothing had been."""
    server = pool(latency="20ms")
    in_parallel(server.answer_to, [unique_request() for _ in range(100)], workers=100)
    assert_served(server, 10)
