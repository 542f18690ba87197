"""--keep-alive: many requests per connection, their replies in the order of the requests."""

import pytest

from pytest_iotcpd import ERROR_REPLY, LineClient, unique_request
from pytest_iotcpd.gate import Gate
from pytest_iotcpd.traffic import request_of_reply

EVERY_BYTE = bytes(byte for byte in range(256) if byte != 0x0A) + b"\n"
KEPT = {"keep_alive": True, "queue_timeout": "30s"}


def recv_lines(client, count):
    return [client.recv_line() for _ in range(count)]


# -- 1: verbatim, one after the other and pipelined --------------------------------------------

def test_a_connection_serves_one_request_after_the_other(iotcpd):
    server = iotcpd("cat", 1, options=KEPT)
    with server.client() as client:
        for line in [b"\n", b"\r\n", b"\x00\x00\n", EVERY_BYTE, b" \t \n", unique_request()]:
            assert client.send(line).recv_line() == line
    stats = server.wait_stats(lambda stats: stats["clients open"] == 0).check_law()
    assert stats.outcomes == (6, 0, 0, 0)


def test_the_daemon_sees_pipelined_requests_byte_for_byte_and_nothing_else(iotcpd, tmp_path):
    seen = tmp_path / "seen"
    server = iotcpd(f"tee {seen}", 1, options=KEPT)
    sent = [EVERY_BYTE, b"\n", b"two words\r\n", b"\x00\n"] * 20
    with server.client() as client:
        client.send(b"".join(sent) + b"never complete").half_close()
        assert client.recv_to_eof() == b"".join(sent) + ERROR_REPLY
    assert server.stats().check_law().causes("failed") == {"eof": 1}
    server.stop()
    assert seen.read_bytes() == b"".join(sent)


def test_requests_that_come_in_pieces_are_put_together(iotcpd):
    server = iotcpd("cat", 2, options=KEPT)
    lines = [unique_request(), b"\n", unique_request("two")]
    with server.client() as client:
        client.send_slowly(b"".join(lines), pause_s=0.001, piece=7)
        assert recv_lines(client, 3) == lines


def test_without_the_option_a_second_request_is_not_served(iotcpd):
    server = iotcpd("cat", 1)
    with server.client() as client:
        assert client.send(b"first\nsecond\n").recv_to_eof() == b"first\n"
    assert server.stats()["queries total"] == 1


def test_requests_larger_than_a_pipe_come_back_whole(iotcpd):
    lines = [unique_request("x" * 200_000) for _ in range(4)]
    server = iotcpd("cat", 2, options=KEPT | {"max_request": "1MiB", "max_reply": "1MiB"})
    with server.client() as client:
        client.send(b"".join(lines)).half_close()
        assert client.recv_to_eof() == b"".join(lines)


def test_a_unix_socket_keeps_connections_too(iotcpd, tmp_path):
    path = str(tmp_path / "socket")
    server = iotcpd("cat", 2, listen=("--unix", path), options=KEPT)
    lines = [unique_request() for _ in range(100)]
    with LineClient(path) as client:
        assert client.send(lines[0]).recv_line() == lines[0]
        client.send(b"".join(lines)).half_close()
        assert client.recv_to_eof() == b"".join(lines)
    server.wait_stats(lambda stats: stats["clients open"] == 0).check_law()


# -- 2: order ----------------------------------------------------------------------------------

def test_replies_come_in_the_order_of_the_requests_though_daemons_answer_out_of_order(iotcpd, fake):
    daemon = fake(latency="uniform(0ms, 6ms)", seed=7)
    server = iotcpd(str(daemon), 8, options=KEPT)
    lines = [unique_request() for _ in range(400)]
    with server.client() as client:
        client.send(b"".join(lines))
        assert recv_lines(client, len(lines)) == lines
    tokens = [event["token"] for event in daemon.wait_journal("reply", len(lines))]
    sent = [line.split()[0].decode() for line in lines]
    assert sorted(tokens) == sorted(sent) and tokens != sent, "they were to answer out of order"


def test_a_reply_waits_for_the_one_before_it(iotcpd, fake):
    gate = Gate(daemon := fake(obey_requests=True))
    server = iotcpd(str(daemon), 2, options=KEPT)
    first, second = gate.request(b"first"), unique_request()
    with server.client() as client:
        client.send(first + second)
        gate.wait_reached()
        daemon.wait_journal("reply", 1)
        server.wait_stats(lambda stats: stats["daemon S_AVAILABLE"] == 1)
        assert server.stats().check_law().in_flight == 2
        gate.release()
        assert recv_lines(client, 2) == [first, second]
    assert server.stats().check_law().outcomes == (2, 0, 0, 0)


# -- 2: error replies in their turn ------------------------------------------------------------

@pytest.mark.parametrize("trouble, options, counted", [
    (b"@after-read=drop", {"busy_timeout": "300ms"}, ("queries timeout", "condemned timeout")),
    (b"@after-read=exit(7)", {}, ("failed daemon-death", "daemon deaths")),
    (b"@before-reply=oversize(65537)", {}, ("failed oversize-reply", "condemned oversize-reply"))],
    ids=["timeout", "daemon death", "oversize reply"])
def test_the_error_reply_to_a_daemons_fault_comes_in_its_turn_and_others_are_served(
        iotcpd, fake, trouble, options, counted):
    server = iotcpd(str(fake(obey_requests=True)), 3, options=KEPT | options)
    server.expect_log("condemned: ", "exited with code", "killed by signal")
    before, after = unique_request(), unique_request()
    with server.client() as client:
        client.send(before + trouble + b"\n" + after)
        assert recv_lines(client, 3) == [before, ERROR_REPLY, after]
        assert client.send(after).recv_line() == after
    server.wait_stats(lambda stats: [stats.check_law()[label] for label in counted] == [1, 1])


def test_the_error_reply_of_a_full_queue_waits_for_its_turn(iotcpd, fake):
    gate = Gate(daemon := fake(obey_requests=True))
    server = iotcpd(str(daemon), 1, options=KEPT | {"queue_size": 1})
    lines = [gate.request(b"first"), unique_request(), unique_request(), unique_request()]
    with server.client() as client:
        client.send(b"".join(lines))
        server.wait_stats(lambda stats: stats["failed queue-full"] == 2)
        gate.release()
        assert recv_lines(client, 4) == [lines[0], lines[1], ERROR_REPLY, ERROR_REPLY]
        assert client.send(lines[3]).recv_line() == lines[3]
    assert server.stats().check_law().outcomes == (3, 0, 2, 0)


def test_the_error_reply_of_a_queue_timeout_waits_for_its_turn(iotcpd, fake):
    gate = Gate(daemon := fake(obey_requests=True))
    server = iotcpd(str(daemon), 1, options={"keep_alive": True, "queue_timeout": "100ms"})
    with server.client() as client:
        client.send(gate.request(b"first") + unique_request())
        server.wait_stats(lambda stats: stats["failed queue-timeout"] == 1)
        gate.release()
        assert recv_lines(client, 2) == [gate.request(b"first"), ERROR_REPLY]


def test_a_request_beyond_max_request_gets_the_last_reply(iotcpd, tmp_path):
    seen = tmp_path / "seen"
    server = iotcpd(f"tee {seen}", 1, options=KEPT | {"max_request": 100})
    with server.client() as client:
        client.send(b"first\n" + b"x" * 100 + b"\nthird\n")
        assert client.recv_to_eof() == b"first\n" + ERROR_REPLY
    stats = server.stats().check_law()
    assert (stats.outcomes, stats.causes("failed")) == ((1, 0, 1, 0), {"oversize": 1})
    server.stop()
    assert seen.read_bytes() == b"first\n"


def test_no_reset_eats_the_last_replies_when_the_client_goes_on_sending(iotcpd, fake):
    server = iotcpd(str(fake(latency="20ms")), 1, options=KEPT | {"max_request": 100})
    with server.client() as client:
        client.send(b"first\n" + b"x" * 1_000_000)
        assert client.recv_to_eof() == b"first\n" + ERROR_REPLY


def test_a_reply_of_max_reply_bytes_comes_whole_between_others(iotcpd, fake):
    server = iotcpd(str(fake(obey_requests=True)), 2, options=KEPT | {"max_reply": "64KiB"})
    largest, reply = request_of_reply(65536)
    with server.client() as client:
        client.send(b"before\n" + largest + b"after\n" + largest)
        assert recv_lines(client, 4) == [b"before\n", reply, b"after\n", reply]
