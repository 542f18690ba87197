"""--keep-alive and its limits: who leaves, who does not read, who sends without end, who says nothing."""

import pytest

from pytest_iotcpd import ERROR_REPLY, eventually, proc, unique_request
from pytest_iotcpd.deadline import Stopwatch, assert_in_time
from pytest_iotcpd.gate import Gate
from pytest_iotcpd.traffic import beyond_every_buffer, request_of_reply

KEPT = {"keep_alive": True, "queue_timeout": "30s"}
PIPELINE = 4


def held_lines(gate, count):
    return [gate.request(b"held %d" % number) for number in range(count)]


# -- leaving -----------------------------------------------------------------------------------

def test_a_client_that_half_closes_gets_all_its_replies(iotcpd, fake):
    server = iotcpd(str(fake(latency="uniform(0ms, 4ms)")), 4, options=KEPT)
    lines = [unique_request() for _ in range(200)]
    with server.client() as client:
        client.send(b"".join(lines)).half_close()
        assert client.recv_to_eof() == b"".join(lines)
    assert server.wait_stats(lambda stats: stats["clients open"] == 0).check_law().outcomes == (200, 0, 0, 0)


def test_a_reset_drops_the_replies_of_all_its_requests_and_keeps_the_daemons(iotcpd, fake):
    gate = Gate(daemon := fake(obey_requests=True))
    server = iotcpd(str(daemon), 2, options=KEPT | {"trace": True})
    leaving = server.client().send(b"".join([*held_lines(gate, 2), b"queued\n", b"partial"]))
    server.wait_stats(lambda stats: (stats.in_flight, stats["queue depth"]) == (4, 1))
    leaving.reset()
    stats = server.wait_stats(lambda stats: stats["unknown reset"] == 4).check_law()
    assert (stats.in_flight, stats["queue depth"], stats["daemon S_BUSY"]) == (0, 0, 2)
    with server.client() as following:
        lines = [unique_request(), unique_request()]
        following.send(b"".join(lines))
        server.wait_stats(lambda stats: stats["queue depth"] == 2)
        gate.release()
        gate.release()
        assert [following.recv_line(), following.recv_line()] == lines
    stats = server.stats().check_law()
    assert (stats.outcomes, stats["daemon spawns"]) == ((2, 0, 0, 4), 2)
    assert [query["cause"] for query in server.trace(6)[:4]] == ["reset"] * 4
    assert len(daemon.wait_journal("reply", 4)) == 4


def test_a_reset_after_a_half_close_is_noticed_too(iotcpd, fake):
    gate = Gate(daemon := fake(obey_requests=True))
    server = iotcpd(str(daemon), 1, options=KEPT)
    leaving = server.client().send(gate.request()).half_close()
    gate.wait_reached()
    leaving.reset()
    server.wait_stats(lambda stats: stats["unknown reset"] == 1).check_law()
    gate.release()


# -- who does not read -------------------------------------------------------------------------

def flood_without_reading(client, line):
    """Send `line` until nobody takes it any more; how many bytes went out."""
    client.connect() if client.socket is None else None
    client.socket.settimeout(0.5)
    sent = 0
    try:
        while True:
            sent += client.socket.send(line * 64)
    except TimeoutError:
        return sent
    finally:
        client.socket.settimeout(client.timeout_s)


def test_a_client_that_never_reads_holds_bounded_memory_and_no_daemon(iotcpd, fake):
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
        assert proc.rss_kib(server.pid) - before_kib <= bound_kib
        assert server.stats()["bytes in"] == stats["bytes in"] + len(line), "it is not read any more"
        client.reset()
    server.wait_stats(lambda stats: stats.in_flight == 0).check_law()


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


# -- silence -----------------------------------------------------------------------------------

def test_an_idle_connection_is_closed_after_idle_timeout(iotcpd):
    server = iotcpd("cat", 1, options=KEPT | {"idle_timeout": "300ms"})
    with server.client() as client:
        assert client.send(b"one\n").recv_line() == b"one\n"
        watch = Stopwatch()
        client.expect_eof()
        assert_in_time(watch.elapsed_s, 0.3, slack_s=1.5, at_least_s=0.25)
    stats = server.wait_stats(lambda stats: stats["clients open"] == 0).check_law()
    assert (stats.outcomes, stats["clients byteless"]) == ((1, 0, 0, 0), 0)


def test_a_connection_that_never_says_a_word_is_closed_after_idle_timeout_and_is_no_query(iotcpd):
    server = iotcpd("cat", 1, options=KEPT | {"idle_timeout": "300ms", "client_timeout": "60s"})
    watch = Stopwatch()
    with server.client() as client:
        client.expect_eof()
        assert_in_time(watch.elapsed_s, 0.3, slack_s=1.5, at_least_s=0.3)
    stats = server.wait_stats(lambda stats: stats["clients byteless"] == 1).check_law()
    assert stats["queries total"] == 0


def test_a_connection_at_work_is_not_idle(iotcpd, fake):
    gate = Gate(daemon := fake(obey_requests=True))
    server = iotcpd(str(daemon), 1, options=KEPT | {"idle_timeout": "50ms", "client_timeout": "60s"})
    with server.client() as client, server.client() as idle:
        client.send(gate.request())
        gate.wait_reached()
        idle.expect_eof()  # it was there as long
        gate.release()
        assert client.recv_line() == gate.request()
        client.expect_eof()


def test_a_request_that_stays_partial_gets_the_last_error_reply_after_client_timeout(iotcpd):
    server = iotcpd("cat", 1, options=KEPT | {"client_timeout": "300ms", "idle_timeout": "60s"})
    watch = Stopwatch()
    with server.client() as client:
        client.send(b"whole\nparti")
        assert client.recv_to_eof() == b"whole\n" + ERROR_REPLY
        assert_in_time(watch.elapsed_s, 0.3, slack_s=1.5, at_least_s=0.3)
    stats = server.stats().check_law()
    assert stats.causes("failed") == {"client-timeout": 1}


def test_the_last_error_reply_waits_for_its_turn_and_nothing_is_taken_after_it(iotcpd, fake):
    gate = Gate(daemon := fake(obey_requests=True))
    server = iotcpd(str(daemon), 1, options=KEPT | {"client_timeout": "200ms", "idle_timeout": "60s"})
    with server.client() as client:
        client.send(gate.request() + b"parti")
        server.wait_stats(lambda stats: stats["failed client-timeout"] == 1)
        client.send(b"al\nmore\n")
        gate.release()
        assert client.recv_to_eof() == gate.request() + ERROR_REPLY
    assert server.stats().check_law()["queries total"] == 2


def test_nothing_is_left_of_many_connections(iotcpd):
    server = iotcpd("cat", 2, options=KEPT)
    with server.client() as client:
        assert client.send(b"first\n").recv_line() == b"first\n"
    server.wait_stats(lambda stats: stats["clients open"] == 0)
    before = len(proc.open_fds(server.pid))
    for number in range(60):
        client = server.client().send(b"one\ntwo\nthr")
        assert client.recv_line() == b"one\n"
        client.reset() if number % 2 else client.close()
    server.wait_stats(lambda stats: stats["clients open"] == 0).check_law()
    eventually(lambda: len(proc.open_fds(server.pid)) == before, what="no descriptor is left")
