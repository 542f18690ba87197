"""--keep-alive when the service ends or is refreshed: what was taken is answered, nothing is lost."""

import signal
import threading

import pytest

from pytest_iotcpd import ERROR_REPLY, eventually, proc, unique_request
from pytest_iotcpd.gate import Gate
from pytest_iotcpd.window import takes

KEPT = {"keep_alive": True, "queue_timeout": "30s"}


class Pourer:
    """Sends numbered requests on one connection from a thread, without waiting for replies."""

    def __init__(self, client, pause_s=0.0):
        self.sent = 0
        self._client, self._pause_s = client, pause_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._pour, daemon=True)
        self._thread.start()

    def _pour(self):
        try:
            while not self._stop.is_set():
                self._client.send(b"".join(b"%d\n" % (self.sent + number) for number in range(20)))
                self.sent += 20
                self._stop.wait(self._pause_s)
        except OSError:
            pass

    def stop(self):
        self._stop.set()
        self._thread.join()
        return self.sent


def test_everything_under_way_is_answered_in_order(iotcpd, fake):
    gate = Gate(daemon := fake(obey_requests=True))
    server = iotcpd(str(daemon), 2, options=KEPT | {"trace": True})
    lines = [gate.request(b"held"), *(unique_request() for _ in range(200))]
    with server.client() as client:
        client.send(b"".join(lines))
        gate.wait_reached()
        server.signal(signal.SIGTERM)
        server.wait_log("draining")
        gate.release()
        assert client.recv_to_eof() == b"".join(lines)
    assert server.wait_exit() == 0
    assert [query["outcome"] for query in server.trace()] == ["replied"] * len(lines)


def test_what_came_just_before_the_signal_is_answered(iotcpd):
    server = iotcpd("cat", 2, options=KEPT)
    lines = [unique_request() for _ in range(3000)]
    with server.client() as client, server.client() as other:
        assert client.send(b"first\n").recv_line() == b"first\n"
        server.wait_stats(lambda stats: stats["clients open"] == 2)
        server.signal(signal.SIGSTOP)
        eventually(lambda: proc.state(server.pid) == "T", what="stopped")
        client.send(b"".join(lines))
        other.send(b"other\n")
        server.signal(signal.SIGTERM)
        server.signal(signal.SIGCONT)
        assert client.recv_to_eof() == b"".join(lines)
        assert other.recv_to_eof() == b"other\n"
    assert server.wait_exit() == 0


def test_idle_connections_are_closed_at_once_and_a_partial_request_may_be_completed(iotcpd):
    server = iotcpd("cat", 1, options=KEPT | {"drain_timeout": "20s"})
    with server.client() as idle, server.client() as silent, server.client() as partial:
        assert idle.send(b"one\n").recv_line() == b"one\n"
        partial.send(b"whole\nfirst half, ")
        assert partial.recv_line() == b"whole\n"
        server.wait_stats(lambda stats: stats["clients open"] == 3 and stats["queries total"] == 3)
        server.signal(signal.SIGTERM)
        idle.expect_eof()
        silent.expect_eof()
        assert server.running
        partial.send(b"second half\nnot served any more\n")
        assert partial.recv_to_eof() == b"first half, second half\n"
    assert server.wait_exit() == 0


def test_a_request_that_stays_partial_ends_at_the_drain_timeout(iotcpd):
    server = iotcpd("cat", 1, options=KEPT | {"drain_timeout": "400ms", "trace": True})
    with server.client() as client:
        client.send(b"whole\nnever comple")
        server.wait_stats(lambda stats: stats["queries total"] == 2)
        with takes(0.4):
            server.signal(signal.SIGTERM)
            assert client.recv_to_eof() == b"whole\n" + ERROR_REPLY
    assert server.wait_exit() == 0
    assert [query["cause"] for query in server.trace()] == [None, "drain-timeout"]


def test_requests_at_work_end_at_the_drain_timeout_each_in_its_turn(iotcpd, fake):
    gate = Gate(daemon := fake(obey_requests=True))
    server = iotcpd(str(daemon), 2, options=KEPT | {"drain_timeout": "400ms"})
    with server.client() as client:
        client.send(gate.request() + b"answered\n" + gate.request() + b"queued\npart")
        server.wait_stats(lambda stats: (stats["queue depth"], stats.in_flight) == (1, 5))
        server.signal(signal.SIGTERM)
        assert client.recv_to_eof() == ERROR_REPLY + b"answered\n" + ERROR_REPLY * 3
    assert server.wait_exit() == 0


def test_replies_that_are_not_taken_are_cut_off_at_the_drain_timeout(iotcpd, fake):
    server = iotcpd(str(fake(obey_requests=True)), 1, options=KEPT | {
        "drain_timeout": "400ms", "client_timeout": "60s", "queue_timeout": "60s", "max_pipeline": 128,
        "trace": True})
    with server.client(receive_buffer=4096) as client:
        client.send(b"@before-reply=oversize(60000)\n" * 128)
        server.wait_stats(lambda stats: stats.in_flight and stats["daemon S_BUSY"] == 0
                          and stats["queries total"] == 128, within=10)
        server.signal(signal.SIGTERM)
        assert server.wait_exit() == 0
        with pytest.raises(ConnectionResetError):
            client.recv_to_eof()
    assert {query["cause"] for query in server.trace()} == {None, "not-taken"}


def test_a_client_that_never_stops_sending_does_not_hold_up_the_end(iotcpd):
    server = iotcpd("cat", 2, options=KEPT | {"drain_timeout": "50s", "trace": True})
    with server.client() as client:
        pourer = Pourer(client)
        for number in range(500):
            assert client.recv_line() == b"%d\n" % number
        server.signal(signal.SIGTERM)
        server.wait_log("draining")
        try:
            replies = client.recv_to_eof()
        except ConnectionResetError:  # it went on sending until it was cut off
            replies = client.received()
        sent = pourer.stop()
    assert server.wait_exit(within=10) == 0
    numbers = [int(line) for line in replies.splitlines()]
    assert numbers == list(range(500, 500 + len(numbers))) and len(numbers) + 500 < sent
    taken = [query["outcome"] for query in server.trace()]
    assert taken == ["replied"] * (500 + len(numbers)), "what is taken is answered"


def test_a_refresh_while_a_client_pipelines_loses_nothing(iotcpd, fake):
    server = iotcpd(str(fake(latency="1ms")), 2, options=KEPT | {"alarm_interval": "20ms"})
    with server.client() as client:
        pourer = Pourer(client, pause_s=0.005)
        received = 0
        for refreshes in range(1, 4):
            server.signal(signal.SIGHUP)
            while not server.log_contains("refresh done", times=refreshes):
                assert client.recv_line() == b"%d\n" % received
                received += 1
        sent = pourer.stop()
        client.half_close()
        rest = b"".join(b"%d\n" % number for number in range(received, sent))
        assert client.recv_to_eof() == rest
    stats = server.wait_stats(lambda stats: stats["clients open"] == 0).check_law()
    assert stats.outcomes == (sent, 0, 0, 0)
    assert stats["daemon spawns"] == 8
