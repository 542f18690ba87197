"""--keep-alive and its limits: who does not read, who sends without end, and who else waits then."""

import concurrent.futures
import contextlib

import pytest

from pytest_iotcpd import proc, unique_request
from pytest_iotcpd.gate import Gate
from pytest_iotcpd.traffic import beyond_every_buffer, request_of_reply

KEPT = {"keep_alive": True, "queue_timeout": "30s"}
PIPELINE = 4


def held_lines(gate, count):
    return [gate.request(b"held %d" % number) for number in range(count)]


# -- who does not read -------------------------------------------------------------------------

def flood_without_reading(client, line):
    """Send `line` until nobody takes it any more; how many bytes went out."""
    client.socket.settimeout(0.5)
    sent = 0
    try:
        while True:
            sent += client.socket.send(line * 64)
    except TimeoutError:
        return sent
    finally:
        client.socket.settimeout(client.timeout_s)


@pytest.mark.not_under_valgrind("it keeps descriptors and memory for itself")
def test_a_client_that_never_reads_holds_bounded_memory_and_no_daemon(iotcpd, fake, iotcpd_binary):
    reply_size, pipeline = 60_000, 16
    server = iotcpd(str(fake(obey_requests=True)), 1, options=KEPT | {
        "max_pipeline": pipeline, "client_timeout": "60s", "max_request": 4096})
    before_kib = proc.rss_kib(server.pid)
    request, _ = request_of_reply(reply_size)
    with server.client(receive_buffer=4096) as client:
        flood_without_reading(client, request.rstrip(b"\n") + b" " * 3000 + b"\n")
        stats = server.wait_stats(lambda stats: stats.in_flight == pipeline and stats["daemon S_AVAILABLE"] == 1)
        line = unique_request()
        with server.client() as other:
            assert other.send(line).recv_line() == line
        # All of its replies, in a string that may have grown to twice that, and its requests.
        bound_kib = (pipeline * (2 * reply_size + 4096) + 256 * 1024) // 1024 + 1024
        assert proc.is_sanitized(iotcpd_binary[0]) or proc.rss_kib(server.pid) - before_kib <= bound_kib
        assert server.stats()["bytes in"] == stats["bytes in"] + len(line), "it is not read any more"
        client.reset()
    server.wait_stats(lambda stats: stats.in_flight == 0).check_law()


def test_an_idle_connection_keeps_nothing_of_the_large_request_it_has_sent(iotcpd, iotcpd_binary):
    if proc.is_sanitized(iotcpd_binary[0]):
        pytest.skip("sanitizers keep freed memory back on purpose")
    size, clients = 4 << 20, 12
    server = iotcpd("cat", 1, options=KEPT | {"max_request": "4MiB", "max_reply": "4MiB"})
    line = b"x" * (size - 1) + b"\n"
    with contextlib.ExitStack() as open_clients:
        def ask() -> None:
            client = open_clients.enter_context(server.client())
            with concurrent.futures.ThreadPoolExecutor(1) as sender:
                sent = sender.submit(client.send, line)
                assert client.recv_line() == line
                sent.result()

        ask()  # What the only daemon's pipes need is there from now on.
        before_kib = proc.rss_kib(server.pid)
        for _ in range(clients):
            ask()
        server.wait_stats(lambda stats: stats["clients open"] == clients + 1 and stats.in_flight == 0)
        grown_kib = proc.rss_kib(server.pid) - before_kib
        assert grown_kib < clients * 300 + size // 1024, f"{grown_kib} KiB for {clients} idle connections"


def test_replies_that_are_not_taken_count_as_unknown_and_end_with_a_reset(iotcpd, fake):
    server = iotcpd(str(fake(obey_requests=True)), 1, options=KEPT | {
        "client_timeout": "300ms", "max_reply": "64MiB"})
    request, _ = request_of_reply(beyond_every_buffer())
    with server.client(receive_buffer=4096) as client:
        client.send(b"taken\n")
        assert client.recv_line() == b"taken\n"
        client.send(request + b"behind\n" * 2)
        server.wait_stats(lambda stats: stats["unknown not-taken"] == 3, within=20)
        with pytest.raises(ConnectionResetError):
            client.recv_to_eof()
    assert server.stats().check_law().outcomes == (1, 0, 0, 3)


def test_a_client_that_reads_slowly_gets_everything(iotcpd, fake):
    server = iotcpd(str(fake(obey_requests=True)), 2, options=KEPT | {"max_reply": "8MiB"})
    request, reply = request_of_reply(700_000)
    with server.client(receive_buffer=4096) as client:
        client.send(request * 10).half_close()
        assert client.recv_to_eof() == reply * 10
    assert server.wait_stats(lambda stats: stats.in_flight == 0).check_law().outcomes == (10, 0, 0, 0)


# -- --max-pipeline ----------------------------------------------------------------------------

@pytest.mark.parametrize("in_one_write", [True, False], ids=["one write", "many writes"])
def test_no_more_than_max_pipeline_requests_are_taken_at_a_time(iotcpd, fake, in_one_write):
    gate = Gate(daemon := fake(obey_requests=True))
    server = iotcpd(str(daemon), 1, options=KEPT | {"max_pipeline": PIPELINE})
    lines = held_lines(gate, PIPELINE * 2 + 1)
    with server.client() as client:
        for piece in [b"".join(lines)] if in_one_write else lines:
            client.send(piece)
        server.wait_stats(lambda stats: stats["queries total"] == PIPELINE)
        for answered, line in enumerate(lines, start=1):
            gate.release()
            assert client.recv_line() == line
            taken = min(answered + PIPELINE, len(lines))
            server.wait_stats(lambda stats, taken=taken: stats["queries total"] == taken)
            stats = server.stats().check_law()
            assert (stats["queries total"], stats.in_flight) == (taken, taken - answered)


def test_a_pipeline_of_one_serves_a_burst_one_by_one(iotcpd):
    server = iotcpd("cat", 2, options=KEPT | {"max_pipeline": 1})
    lines = [unique_request() for _ in range(300)]
    with server.client() as client:
        client.send(b"".join(lines)).half_close()
        assert client.recv_to_eof() == b"".join(lines)
    assert server.stats().check_law()["queue peak"] == 0


def test_what_is_not_read_is_left_to_the_kernel(iotcpd, fake):
    gate = Gate(daemon := fake(obey_requests=True))
    server = iotcpd(str(daemon), 1, options=KEPT | {"max_pipeline": PIPELINE, "client_timeout": "60s"})
    with server.client() as client:
        client.send(gate.request())
        gate.wait_reached()
        sent = flood_without_reading(client, b"x" * 99 + b"\n")
        taken = server.stats()["bytes in"]
        assert taken <= 2 * 16384 < sent, "two reads: the first request, and what filled the pipeline"
        gate.release()
        assert client.recv_line() == gate.request()
        client.reset()


# -- fairness ----------------------------------------------------------------------------------

def test_a_single_request_does_not_wait_for_10000_pipelined_ones(iotcpd, fake):
    pipeline, many = 16, 10_000
    gate = Gate(daemon := fake(obey_requests=True))
    server = iotcpd(str(daemon), 1, options=KEPT | {"max_pipeline": pipeline, "trace": True})
    with server.client() as greedy, server.client() as modest:
        greedy.send(gate.request())
        gate.wait_reached()
        greedy.send(b"greedy\n" * many)
        server.wait_stats(lambda stats: stats.in_flight == pipeline)
        modest.send(b"modest\n")
        server.wait_stats(lambda stats: stats.in_flight == pipeline + 1)
        gate.release()
        assert modest.recv_line() == b"modest\n"
        assert greedy.recv_line() == gate.request()
        for _ in range(many):
            assert greedy.recv_line() == b"greedy\n"
    outcomes = server.trace(many + 2)
    handed = sorted(outcomes, key=lambda query: query["handed_out_ns"])
    before = [query["request"] for query in handed].index("modest\n")
    assert before == pipeline, "exactly those that were taken before it"
