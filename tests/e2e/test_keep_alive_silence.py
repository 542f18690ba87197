"""--keep-alive and clients that say nothing: between two requests, before the first, within one."""

from pytest_iotcpd import ERROR_REPLY
from pytest_iotcpd.deadline import Stopwatch, assert_in_time
from pytest_iotcpd.gate import Gate

KEPT = {"keep_alive": True, "queue_timeout": "30s"}


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
