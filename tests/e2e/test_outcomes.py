"""The contract's fourth point: every query ends in exactly one outcome, and in time."""

import pytest

from pytest_iotcpd import ERROR_REPLY, assert_own, in_parallel, unique_request
from pytest_iotcpd.deadline import assert_in_time
from pytest_iotcpd.gate import Gate
from pytest_iotcpd.traffic import beyond_every_buffer, request_of_reply


def test_a_reply_counts_as_replied(iotcpd):
    server = iotcpd("cat", 2)
    assert_own(b"a\n", server.ask(b"a\n"))
    stats = server.stats().check_law()
    assert stats.outcomes == (1, 0, 0, 0)


def test_a_daemon_beyond_busy_timeout_gives_the_error_reply_and_counts_as_timeout(iotcpd, fake):
    daemon = fake(fault="after-read = drop")
    server = iotcpd(str(daemon), 1, options={"busy_timeout": "300ms", "trace": True})
    server.expect_log("condemned: timeout")
    assert server.ask(b"never answered\n") == ERROR_REPLY
    stats = server.stats().check_law()
    assert stats.outcomes == (0, 1, 0, 0)
    assert stats.causes("condemned") == {"timeout": 1}
    (query,), (dropped,) = server.trace(1), daemon.journal("fault")
    assert query["pid"] == dropped["pid"]
    assert_in_time((query["decided_ns"] - query["handed_out_ns"]) / 1e9, 0.3, at_least_s=0.3)


def test_a_queue_timeout_gives_the_error_reply_and_counts_as_failed(iotcpd, fake):
    gate = Gate(daemon := fake(obey_requests=True))
    server = iotcpd(str(daemon), 1, options={"queue_timeout": "200ms", "trace": True})
    busy = server.client().send(gate.request())
    server.wait_stats(lambda stats: stats["daemon S_BUSY"] == 1)
    assert server.ask(b"queued\n") == ERROR_REPLY
    gate.release()
    assert busy.recv_to_eof() == gate.request()
    stats = server.stats().check_law()
    assert stats.causes("failed") == {"queue-timeout": 1}
    query = server.trace(2)[0]
    assert query["pid"] is None and query["handed_out_ns"] is None
    assert_in_time((query["decided_ns"] - query["complete_ns"]) / 1e9, 0.2, at_least_s=0.2)


def test_a_daemon_that_dies_gives_the_error_reply_and_counts_as_failed(iotcpd, fake):
    daemon = fake(fault="after-read = exit(7)")
    server = iotcpd(str(daemon), 1)
    server.expect_log("exited with code 7", "condemned: closed-stdout")
    assert server.ask(b"request\n") == ERROR_REPLY
    stats = server.stats().check_law()
    assert stats.outcomes == (0, 0, 1, 0)
    assert stats.causes("failed") == {"daemon-death": 1}
    assert len(daemon.journal("recv")) == daemon.fired("exit") == 1


def test_a_reply_that_is_not_taken_counts_as_unknown_and_ends_with_a_reset(iotcpd, fake):
    server = iotcpd(str(fake(obey_requests=True)), 1, options={
        "max_reply": "64MiB", "client_timeout": "300ms"})
    request, _ = request_of_reply(beyond_every_buffer())
    with server.client(receive_buffer=4096) as client:
        client.send(request)
        server.wait_stats(lambda stats: stats["unknown not-taken"] == 1, within=20)
        with pytest.raises(ConnectionResetError):
            client.recv_to_eof()
    stats = server.stats().check_law()
    assert stats.outcomes == (0, 0, 0, 1)


def test_a_reset_in_mid_request_counts_as_unknown(iotcpd):
    server = iotcpd("cat", 1)
    client = server.client().send(b"half a requ")
    server.wait_stats(lambda stats: stats["queries total"] == 1)
    client.reset()
    stats = server.wait_stats(lambda stats: stats.in_flight == 0).check_law()
    assert stats.causes("unknown") == {"reset": 1}


def test_every_query_has_one_line_in_the_trace_and_the_counters_agree(iotcpd, fake):
    daemon = fake(obey_requests=True)
    server = iotcpd(str(daemon), 2, options={
        "trace": True, "busy_timeout": "2s", "queue_timeout": "30s", "alarm_interval": "20ms"})
    server.expect_log("condemned", "exited with", "keeps dying")
    words = ["", "@after-read=sleep(50ms)", "@after-read=exit(3)", "@mid-reply(20)=exit(0)",
             "@before-reply=close-stdout"] * 3 + ["@after-read=hang"] * 2
    lines = [unique_request(word) for word in words]
    in_parallel(server.ask, lines, workers=4)
    traced = server.trace(len(lines))
    heads = sorted(line[:64].decode() for line in lines)
    assert sorted(query["request"] for query in traced) == heads
    stats = server.stats().check_law()
    for outcome in ("replied", "timeout", "failed", "unknown"):
        assert stats[f"queries {outcome}"] == sum(query["outcome"] == outcome for query in traced)
    assert stats.outcomes == (6, 2, 9, 0)
    assert [daemon.fired(action) for action in ("sleep", "exit", "close-stdout", "hang")] == [3, 6, 3, 2]


@pytest.mark.parametrize("fault, clients", [("after-read = drop", 4), ("startup = exit(1)", 12)])
def test_every_query_is_decided_within_queue_timeout_busy_timeout_and_50_ms(
        iotcpd, fake, fault, clients):
    """A pool that answers nothing, and one without a live daemon."""
    server = iotcpd(str(fake(fault=fault)), 2, wait_ready=False, options={
        "queue_timeout": "200ms", "busy_timeout": "300ms", "trace": True}).wait_listening()
    server.expect_log("condemned", "exited with", "keeps dying")
    replies = in_parallel(server.ask, [unique_request() for _ in range(clients)], workers=clients)
    assert replies == [ERROR_REPLY] * clients
    for query in server.trace(clients):
        assert_in_time((query["decided_ns"] - query["complete_ns"]) / 1e9, 0.5)
    server.stats().check_law()
