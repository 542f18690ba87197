"""The four timeouts, each from both sides: not before its time, not long after it, and not at all for who
is just within it. The journal of the daemons says what was going on meanwhile."""

import contextlib
import signal

import pytest

from pytest_iotcpd import ERROR_REPLY, unique_request
from pytest_iotcpd.deadline import Stopwatch, assert_in_time
from pytest_iotcpd.gate import Gate
from pytest_iotcpd.quiet_machine import conclusive
from pytest_iotcpd.traffic import beyond_every_buffer, request_of_reply
from pytest_iotcpd.window import takes

pytestmark = pytest.mark.xdist_group("timing")

TIMEOUT_S = 0.4
PATIENT = {"queue_timeout": "20s", "busy_timeout": "20s", "client_timeout": "20s", "drain_timeout": "20s"}


def start(iotcpd, fake, timeout, **options):
    """(server, daemon): one daemon; this timeout is short, the others are long."""
    daemon = fake(obey_requests=True)
    settings = {**PATIENT, timeout: f"{TIMEOUT_S}s", "trace": True, **options}
    server = iotcpd(str(daemon), 1, options=settings)
    return server.expect_log("condemned: timeout", "killed by signal", "exited with"), daemon


@contextlib.contextmanager
def at_work(server, daemon):
    """(client, gate): a client whose request the daemon has, and holds at the gate."""
    gate = Gate(daemon)
    with server.client() as client:
        client.send(gate.request())
        gate.wait_reached()
        yield client, gate


def traced(server, line, count=1):
    (query,) = (query for query in server.trace(count) if query["request"].encode() == line[:64])
    return query


def received(daemon, line):
    return [event for event in daemon.journal("recv") if event["token"] == line.split()[0].decode()]


# -- busy-timeout ------------------------------------------------------------------------------

def test_a_busy_timeout_comes_when_the_daemon_has_had_its_time(iotcpd, fake):
    server, daemon = start(iotcpd, fake, "busy_timeout")
    line = unique_request("@after-read=hang")
    with takes(TIMEOUT_S):
        assert server.ask(line) == ERROR_REPLY
    query, (read,) = traced(server, line), received(daemon, line)
    assert (query["outcome"], query["pid"]) == ("timeout", read["pid"])
    assert query["handed_out_ns"] <= read["t_ns"] <= query["decided_ns"]
    assert_in_time((query["decided_ns"] - query["handed_out_ns"]) / 1e9, TIMEOUT_S, at_least_s=TIMEOUT_S)
    assert not daemon.journal("reply") and daemon.fired("hang") == 1


def test_a_daemon_that_is_done_within_the_busy_timeout_is_no_timeout(iotcpd, fake):
    def measure():
        server, daemon = start(iotcpd, fake, "busy_timeout")
        line = unique_request("@after-read=sleep(250ms)")
        assert server.ask(line) == line
        (reply,) = daemon.wait_journal("reply")
        assert 250_000 <= reply["slept_us"] < TIMEOUT_S * 1e6
        assert server.stats().check_law()["queries timeout"] == 0

    conclusive(measure)


# -- queue-timeout -----------------------------------------------------------------------------

@pytest.fixture
def held(iotcpd, fake):
    """(server, daemon, gate): its daemon stands at the gate with a request."""
    server, daemon = start(iotcpd, fake, "queue_timeout")
    with at_work(server, daemon) as (holder, gate):
        yield server, daemon, gate
        gate.release()
        assert holder.recv_to_eof() == gate.request()


def test_a_queue_timeout_comes_when_the_request_has_waited_its_time(held):
    server, daemon, _ = held
    line = unique_request()
    with takes(TIMEOUT_S):
        assert server.ask(line) == ERROR_REPLY
    query = traced(server, line)
    assert (query["cause"], query["handed_out_ns"]) == ("queue-timeout", None)
    assert_in_time((query["decided_ns"] - query["complete_ns"]) / 1e9, TIMEOUT_S, at_least_s=TIMEOUT_S)
    assert not received(daemon, line)
    assert not daemon.journal("reply"), "the daemon was held all the time"


def test_a_request_that_gets_its_daemon_within_the_queue_timeout_is_served(iotcpd, fake):
    def measure():
        server, daemon = start(iotcpd, fake, "queue_timeout")
        with server.client() as first:
            first.send(b"@after-read=sleep(250ms)\n")
            daemon.wait_journal("fault", action="sleep")
            line = unique_request()
            assert server.ask(line) == line
        query = traced(server, line, 2)
        waited_s = (query["handed_out_ns"] - query["complete_ns"]) / 1e9
        assert 0 < waited_s < TIMEOUT_S
        assert server.stats().check_law().outcomes == (2, 0, 0, 0)

    conclusive(measure)


# -- client-timeout ----------------------------------------------------------------------------

def test_a_client_timeout_comes_when_a_line_has_had_its_time(iotcpd, fake):
    server, daemon = start(iotcpd, fake, "client_timeout")
    with server.client() as client, takes(TIMEOUT_S):
        client.send(b"half a li")
        assert client.recv_to_eof() == ERROR_REPLY
    assert server.trace(1)[0]["cause"] == "client-timeout"
    assert not daemon.journal("recv")


def test_a_line_that_is_whole_within_the_client_timeout_is_served_however_long_that_takes(iotcpd, fake):
    """The time a daemon takes is none of the client's."""
    def measure():
        server, _ = start(iotcpd, fake, "client_timeout")
        with server.client() as client:
            client.send(b"half a ")
            server.wait_stats(lambda stats: stats["queries total"] == 1)
            client.send(b"line @after-read=sleep(600ms)\n")
            assert client.recv_to_eof() == b"half a line @after-read=sleep(600ms)\n"
        assert server.stats().check_law().outcomes == (1, 0, 0, 0)

    conclusive(measure)


def test_a_client_timeout_comes_when_a_reply_has_not_been_taken_in_its_time(iotcpd, fake):
    server, _ = start(iotcpd, fake, "client_timeout", max_reply="64MiB")
    request, _ = request_of_reply(beyond_every_buffer())
    with server.client(receive_buffer=4096) as client:
        watch = Stopwatch()
        client.send(request)
        server.wait_stats(lambda stats: stats["unknown not-taken"] == 1, within=20)
        assert watch.elapsed_s >= TIMEOUT_S
        with pytest.raises(ConnectionResetError):
            client.recv_to_eof()


# -- drain-timeout -----------------------------------------------------------------------------

def test_a_drain_timeout_comes_when_the_requests_have_had_their_time(iotcpd, fake):
    server, daemon = start(iotcpd, fake, "drain_timeout")
    with at_work(server, daemon) as (client, _):
        with takes(TIMEOUT_S):
            server.signal(signal.SIGTERM)
            assert client.recv_to_eof() == ERROR_REPLY
    assert server.wait_exit() == 0
    assert server.trace(1)[0]["cause"] == "drain-timeout"
    assert daemon.fired("hold") == 1 and not daemon.journal("reply")


def test_a_request_that_is_done_within_the_drain_timeout_is_answered(iotcpd, fake):
    server, daemon = start(iotcpd, fake, "drain_timeout", drain_timeout="20s")
    with at_work(server, daemon) as (client, gate):
        server.signal(signal.SIGTERM)
        server.wait_log("draining")
        gate.release()
        assert client.recv_to_eof() == gate.request()
    with takes(0, margin_s=3):  # and nobody waits for the drain-timeout
        assert server.wait_exit() == 0
    assert server.trace(1)[0]["outcome"] == "replied"
