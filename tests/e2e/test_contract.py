"""The contract with clients, but for its fourth point, which is test_outcomes.py."""

import pytest

from pytest_iotcpd import ERROR_REPLY, eventually, unique_request
from pytest_iotcpd.gate import Gate
from pytest_iotcpd.traffic import beyond_every_buffer, request_of_reply

EVERY_BYTE = bytes(byte for byte in range(256) if byte != 0x0A) + b"\n"


# -- 1: one request ----------------------------------------------------------------------------

@pytest.mark.parametrize("request_line", [
    b"\n", b"\r\n", b"plain\n", b"with carriage return\r\n", b"\x00\x00\n", b" \t \n", EVERY_BYTE,
    EVERY_BYTE[::-1][1:] + b"\n"], ids=lambda line: repr(line[:12]))
def test_a_request_reaches_the_daemon_and_its_reply_the_client_verbatim(iotcpd, request_line):
    server = iotcpd("cat", 1)
    assert server.ask(request_line) == request_line


def test_the_daemon_sees_each_request_byte_for_byte_and_nothing_else(iotcpd, tmp_path):
    seen = tmp_path / "seen"
    server = iotcpd(f"tee {seen}", 1)
    sent = [EVERY_BYTE, b"\n", b"two words\r\n"]
    for line in sent:
        assert server.ask(line + b"what follows is no request\nnor this") == line
    server.stop()
    assert seen.read_bytes() == b"".join(sent)


@pytest.mark.parametrize("size", [2, 4095, 4096])
def test_a_request_of_at_most_max_request_bytes_is_served(iotcpd, size):
    line = b"x" * (size - 1) + b"\n"
    server = iotcpd("cat", 1, options={"max_request": 4096})
    assert server.ask(line) == line


@pytest.mark.parametrize("line", [b"x" * 4096 + b"\n", b"x" * 4097, b"x" * 9000 + b"\n"],
                         ids=["one too many", "without newline", "far too many"])
def test_a_request_beyond_max_request_gets_the_error_reply_and_no_daemon_sees_it(
        iotcpd, tmp_path, line):
    seen = tmp_path / "seen"
    server = iotcpd(f"tee {seen}", 1, options={"max_request": 4096})
    assert server.ask(line) == ERROR_REPLY
    assert server.ask(b"good\n") == b"good\n"
    stats = server.stats().check_law()
    assert stats.outcomes == (1, 0, 1, 0)
    assert stats.causes("failed") == {"oversize": 1}
    server.stop()
    assert seen.read_bytes() == b"good\n"


def test_a_request_larger_than_a_pipe_reaches_the_daemon_whole(iotcpd):
    line = unique_request("x" * 300_000)
    server = iotcpd("cat", 1, options={"max_request": "1MiB", "max_reply": "1MiB"})
    assert server.ask(line) == line


# -- 2: one reply, then EOF --------------------------------------------------------------------

def test_the_reply_is_followed_by_end_of_file(iotcpd):
    server = iotcpd("cat", 1)
    client = server.client().send(b"hello\n")
    assert client.recv_line() == b"hello\n"
    client.expect_eof()


def test_no_reset_eats_the_reply_when_the_client_has_sent_more(iotcpd, fake):
    server = iotcpd(str(fake(latency="20ms")), 1)
    for _ in range(5):
        line = unique_request()
        with server.client() as client:
            client.send(line + b"y" * 1_000_000)
            assert client.recv_to_eof() == line


def test_a_reply_of_max_reply_bytes_comes_whole_and_a_larger_one_not_at_all(iotcpd, fake):
    server = iotcpd(str(fake(obey_requests=True)), 1, options={"max_reply": "64KiB"})
    server.expect_log("condemned: oversize-reply")
    largest, reply = request_of_reply(65536)
    assert server.ask(largest) == reply
    too_large, _ = request_of_reply(65537)
    assert server.ask(too_large) == ERROR_REPLY
    stats = server.stats().check_law()
    assert stats.causes("failed") == {"oversize-reply": 1}
    assert stats.causes("condemned") == {"oversize-reply": 1}


def test_a_large_reply_reaches_a_client_that_reads_slowly(iotcpd, fake):
    server = iotcpd(str(fake(obey_requests=True)), 1, options={"max_reply": "8MiB"})
    request, reply = request_of_reply(4_000_000)
    with server.client(receive_buffer=4096) as client:
        client.send(request)
        assert client.recv_to_eof() == reply
    server.wait_stats(lambda stats: stats.outcomes == (1, 0, 0, 0))


def test_the_error_reply_is_what_the_setting_says(iotcpd):
    server = iotcpd("cat", 1, options={"max_request": 100, "error_reply": "BH message=none"})
    assert server.ask(b"x" * 101) == b"BH message=none\n"


# -- 3: leaving --------------------------------------------------------------------------------

def test_a_client_that_half_closes_after_its_request_is_served(iotcpd, fake):
    server = iotcpd(str(fake(latency="100ms")), 1)
    line = unique_request()
    with server.client() as client:
        client.send(line).half_close()
        assert client.recv_to_eof() == line


def test_a_queued_client_that_half_closes_is_served_too(iotcpd, fake):
    gate = Gate(daemon := fake(obey_requests=True))
    server = iotcpd(str(daemon), 1, options={"queue_timeout": "30s"})
    first, second = gate.request(unique_request().rstrip()), unique_request()
    with server.client() as busy, server.client() as queued:
        busy.send(first)
        gate.wait_reached()
        queued.send(second).half_close()
        server.wait_stats(lambda stats: stats["queue depth"] == 1)
        gate.release()
        assert busy.recv_to_eof() == first
        assert queued.recv_to_eof() == second


def test_end_of_file_before_the_newline_gets_the_error_reply(iotcpd):
    server = iotcpd("cat", 1)
    with server.client() as client:
        client.send(b"no newline").half_close()
        assert client.recv_to_eof() == ERROR_REPLY
    stats = server.stats().check_law()
    assert stats.outcomes == (0, 0, 1, 0)
    assert stats.causes("failed") == {"eof": 1}


def test_a_reset_in_the_queue_frees_its_place(iotcpd, fake):
    gate = Gate(daemon := fake(obey_requests=True))
    server = iotcpd(str(daemon), 1, options={"queue_size": 1, "queue_timeout": "30s"})
    busy = server.client().send(gate.request(b"busy"))
    gate.wait_reached()
    leaving = server.client().send(unique_request("leaves"))
    server.wait_stats(lambda stats: stats["queue depth"] == 1)
    assert server.ask(unique_request("one too many")) == ERROR_REPLY
    leaving.reset()
    server.wait_stats(lambda stats: stats["queue depth"] == 0)
    last = unique_request("takes the free place")
    staying = server.client().send(last)
    server.wait_stats(lambda stats: stats["queue depth"] == 1)
    gate.release()
    assert busy.recv_to_eof() == gate.request(b"busy")
    assert staying.recv_to_eof() == last
    stats = server.stats().check_law()
    assert stats.outcomes == (2, 0, 1, 1)
    assert stats.causes("unknown") == {"reset": 1}
    assert stats.causes("failed") == {"queue-full": 1}


def test_a_reset_while_the_daemon_works_drops_its_reply_and_keeps_the_daemon(iotcpd, fake):
    gate = Gate(daemon := fake(obey_requests=True))
    server = iotcpd(str(daemon), 1, options={"trace": True, "queue_timeout": "30s"})
    leaving = server.client().send(gate.request(b"left"))
    server.wait_stats(lambda stats: stats["daemon S_BUSY"] == 1)
    leaving.reset()
    server.wait_stats(lambda stats: stats["queries unknown"] == 1)
    line = unique_request("next")
    following = server.client().send(line)
    server.wait_stats(lambda stats: stats["queue depth"] == 1)
    gate.release()
    assert following.recv_to_eof() == line
    stats = server.stats().check_law()
    assert stats.outcomes == (1, 0, 0, 1)
    assert stats.causes("condemned") == {}
    left, served = server.trace(2)
    assert (left["outcome"], left["cause"]) == ("unknown", "reset")
    assert [left["pid"], served["pid"]] == [event["pid"] for event in daemon.wait_journal("reply", 2)]
    assert left["pid"] == served["pid"]


# -- 5: condemned daemons (the rest is in test_crosstalk.py) -----------------------------------

def test_a_daemon_that_writes_while_idle_is_replaced(iotcpd, fake):
    server = iotcpd(str(fake(fault="idle = chatter(100ms)")), 1, options={"trace": True})
    server.expect_log("condemned: stray-output", "keeps dying")
    server.wait_log("condemned: stray-output", times=2)
    line = unique_request()
    assert eventually(lambda: server.ask(line) == line, what="a successor serves")
    assert server.stats().check_law()["condemned stray-output"] >= 2


# -- 6: overload -------------------------------------------------------------------------------

def test_a_client_that_takes_no_reply_delays_nobody(iotcpd, fake):
    server = iotcpd(str(fake(obey_requests=True)), 1, options={
        "max_reply": "64MiB", "client_timeout": "30s", "queue_timeout": "10s"})
    request, _ = request_of_reply(beyond_every_buffer())
    with server.client(receive_buffer=4096) as client:
        client.send(request)
        # The daemon is done, its reply is with us, and the client takes none of it.
        server.wait_stats(lambda stats: stats.in_flight == 1 and stats["daemon S_AVAILABLE"] == 1,
                          within=20)
        for _ in range(5):
            line = unique_request()
            assert server.ask(line) == line
        client.reset()
    server.wait_stats(lambda stats: stats.in_flight == 0).check_law()


def test_nothing_is_logged_per_request(iotcpd):
    server = iotcpd("cat", 2)
    for _ in range(20):
        server.ask(unique_request())
        server.ask(b"x" * 5000)
    assert server.log_text() == ""
