"""line-server as its clients see it: what it closes, when it answers, what it notes down."""

import contextlib
import os
import pathlib
import signal
import socket
import subprocess
import time

import pytest
from pytest_iotcpd import LineClient

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture
def line_server(iotcpd_binary):
    """A context manager: line_server(*options) -> (address, stop); stop() returns the output."""
    program = pathlib.Path(iotcpd_binary[0]).with_name("line-server")
    if not os.access(program, os.X_OK):
        pytest.fail(f"no program at {program}: build it")

    @contextlib.contextmanager
    def run(*options):
        process = subprocess.Popen([program, *options], stdout=subprocess.PIPE, text=True)
        try:
            port = int(process.stdout.readline().rpartition(":")[2])

            def stop():
                process.send_signal(signal.SIGTERM)
                output, _ = process.communicate(timeout=10)
                assert process.returncode == 0
                return output

            yield ("127.0.0.1", port), stop
        finally:
            process.kill()
            process.communicate()

    return run


def read_to_end(connection):
    reply = b""
    while got := connection.recv(65536):
        reply += got
    return reply


def connected(address):
    return socket.create_connection(address, timeout=10)


def test_a_connection_is_kept_for_as_many_requests_as_come(line_server):
    with line_server() as (address, stop):
        client = LineClient(address)
        for word in ("one", "two"):
            client.send(f"{word}\n".encode())
            assert client.recv_line() == f"{word}\n".encode()
        client.close()
        assert stop() == "line-server served: 2 requests, 1 connections\n"


@pytest.mark.parametrize("request_bytes, reply", [
    (b"one\n", b"one\n"),
    (b"PING\r\n", b"+PONG\r\n"),
    (GET, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nOK"),
])
def test_with_close_the_server_closes_after_the_first_reply(line_server, request_bytes, reply):
    with line_server("--close") as (address, _), connected(address) as connection:
        connection.sendall(request_bytes)
        assert read_to_end(connection) == reply


def test_what_a_batch_brings_is_answered_in_order(line_server):
    lines = b"".join(b"%d\n" % number for number in range(20_000))
    with line_server() as (address, _), connected(address) as connection:
        connection.sendall(lines)
        connection.shutdown(socket.SHUT_WR)
        assert read_to_end(connection) == lines


def test_whoever_takes_no_replies_gets_them_all_later(line_server):
    line = b"x" * 65535 + b"\n"
    with line_server() as (address, _), connected(address) as connection:
        connection.settimeout(0.3)
        sent = 0
        with pytest.raises(TimeoutError):
            while True:  # until neither buffer takes more, and the server has stopped reading
                sent += connection.send(line[sent % len(line):])
        connection.settimeout(10)
        connection.shutdown(socket.SHUT_WR)
        whole = sent - sent % len(line)
        assert whole > 0
        assert len(read_to_end(connection)) == whole


def test_requests_are_served_one_after_the_other_for_the_time_given(line_server, tmp_path):
    stamps = tmp_path / "stamps"
    options = ("--service", "50ms", "--stamp", str(stamps))
    with line_server(*options) as (address, stop):
        one, other = connected(address), connected(address)
        started = time.monotonic()
        one.sendall(b"a\nb\n")
        one.shutdown(socket.SHUT_WR)
        assert one.recv(100) == b"a\n"
        other.sendall(b"c\n")
        assert read_to_end(one) == b"b\n"
        assert other.recv(100) == b"c\n"
        assert time.monotonic() - started >= 0.150
        stop()
    rows = [tuple(map(int, line.split())) for line in stamps.read_text().splitlines()]
    assert [service for _, service in rows] == [50_000_000] * 3
    assert rows[0][0] == rows[1][0] < rows[2][0]
    assert abs(rows[0][0] / 1e9 - started) < 5


def test_a_client_that_leaves_while_it_waits_harms_nobody(line_server):
    with line_server("--service", "20ms") as (address, stop):
        leaver, stayer = connected(address), connected(address)
        leaver.sendall(b"a\nb\n")
        leaver.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        leaver.close()
        stayer.sendall(b"c\n")
        assert stayer.recv(100) == b"c\n"
        stop()


def test_a_line_without_end_loses_its_connection(line_server):
    with line_server() as (address, _), connected(address) as connection:
        with pytest.raises(ConnectionError):
            while True:
                connection.sendall(b"x" * 65536)


@pytest.mark.parametrize("option, value, accepted", [
    ("--port", "65536", "0 to 65535"),
    ("--protocol", "HTTP", "one of auto, line, http, resp"),
    ("--stamps", "0", "1 to 100000000"),
    ("--service", "exp(2", "column"),
])
def test_a_wrong_option_is_named_with_what_is_accepted(iotcpd_binary, option, value, accepted):
    program = pathlib.Path(iotcpd_binary[0]).with_name("line-server")
    done = subprocess.run([program, option, value], capture_output=True, text=True, timeout=10,
                          check=False)
    assert done.returncode == 64
    assert accepted in done.stderr and done.stderr.count("\n") == 1
