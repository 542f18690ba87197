"""A server that has no room for more is waited for: to connect, to send, to send again."""

import contextlib
import signal
import socket

import pytest

from pytest_iotcpd import proc, scaled
from pytest_iotcpd.deadline import eventually

#: Sixteen of these are more than a UNIX socket takes from a writer before its reader reads.
LONG_LINE = "x" * 60_000 + "\n"
PIPELINED = {"connections": 1, "keep_alive": True, "pipeline": 16, "requests": 16}


@pytest.fixture
def listener(tmp_path):
    """A UNIX socket that has room for one connection beside those that the test has accepted."""
    with socket.socket(socket.AF_UNIX) as unix:
        unix.bind(str(tmp_path / "server"))
        unix.listen(0)
        unix.settimeout(scaled(10))
        yield unix


@pytest.fixture
def long_lines(tmp_path):
    """The option that sends LONG_LINE."""
    (tmp_path / "long").write_text(LONG_LINE, encoding="ascii")
    return {"requests_file": tmp_path / "long"}


def target_of(listener):
    return f"unix:{listener.getsockname()}"


def accept(listener):
    connection = listener.accept()[0]
    connection.settimeout(scaled(10))
    return connection


def read_lines(connection, count):
    """The next `count` lines; fails when the peer ends before."""
    received = b""
    while received.count(b"\n") < count:
        some = connection.recv(1 << 16)
        assert some, f"ended after {len(received)} bytes"
        received += some
    return received


def socket_count(pid):
    return sum(target.startswith("socket:") for target in proc.open_fds(pid).values())


def waiting_bytes(connection):
    """How many have arrived and are still unread."""
    return len(connection.recv(1 << 20, socket.MSG_PEEK))


# -- to connect --------------------------------------------------------------------------------

@pytest.mark.parametrize("way", [{}, {"keep_alive": True}])
def test_a_unix_socket_without_room_is_asked_again(loadgen, listener, way):
    """TCP would wait in connect(); here it fails, and all but the first are told so."""
    run = loadgen(target_of(listener), options={"requests": 5, "connections": 5, **way})
    # Each is asked for at once when its socket is there: with the last, others have been told.
    eventually(lambda: socket_count(run.pid) >= 5, what="5 sockets")
    with contextlib.ExitStack() as stack:
        connections = [stack.enter_context(accept(listener)) for _ in range(5)]
        for connection in connections:
            connection.sendall(read_lines(connection, 1))
        assert run.wait().result.counts == {"ok": 5}


# -- to send -----------------------------------------------------------------------------------

def test_a_server_that_reads_late_gets_all_that_was_kept_for_it(loadgen, listener, long_lines):
    run = loadgen(target_of(listener), options={**PIPELINED, **long_lines})
    with accept(listener) as connection:
        eventually(lambda: waiting_bytes(connection) > 100_000, what="a full socket")
        assert read_lines(connection, 16) == 16 * LONG_LINE.encode()
        connection.sendall(b"OK\n" * 16)
        assert run.wait().result.counts == {"ok": 16}


def test_a_server_that_never_reads_is_a_timeout_and_no_reset(loadgen, listener, long_lines):
    """Those that found no room at all have not been sent."""
    run = loadgen(target_of(listener), options={**PIPELINED, **long_lines, "rate": "1000/s",
                                                "timeout": "500ms"})
    with accept(listener):
        counts = run.wait().result.counts
    assert counts.keys() == {"timeout", "refused"}
    assert sum(counts.values()) == 16 and counts["timeout"] >= 3


def test_what_a_server_that_never_catches_up_has_been_sent_is_not_kept(loadgen, scripted_server,
                                                                       tmp_path):
    (tmp_path / "long").write_text("x" * 60_000 + "\n", encoding="ascii")
    server = scripted_server(lambda line, number: b"OK\n", address=f"{tmp_path}/server",
                             keep_alive=True)
    run = loadgen(server, options={"connections": 1, "keep_alive": True, "pipeline": 32,
                                   "requests_file": tmp_path / "long", "duration": "60s"})
    server.wait_received(300)
    before_kib = proc.rss_kib(run.pid)
    server.wait_received(1500, within=30)
    after_kib = proc.rss_kib(run.pid)
    run.signal(signal.SIGINT).wait()
    assert after_kib - before_kib < 20 * 1024
