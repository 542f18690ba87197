"""Clients of every kind, and the limits that protect the service from them."""

import os
import resource
import signal
import socket

import pytest

from pytest_iotcpd import ERROR_REPLY, LineClient, eventually, proc, unique_request
from pytest_iotcpd.deadline import Stopwatch, assert_in_time
from pytest_iotcpd.gate import Gate

IDLE_CLIENTS = 5000


def is_refused(client):
    """The server ends the connection without a byte, by EOF or by reset."""
    try:
        return client.send(b"let me in\n").recv_to_eof() == b""
    except (ConnectionResetError, BrokenPipeError):
        return True


def served(server, **settings):
    line = unique_request()
    return server.ask(line, **settings) == line


# -- slow, silent and strange clients ----------------------------------------------------------

def test_a_client_that_says_nothing_and_leaves_is_no_query(iotcpd):
    server = iotcpd("cat", 1)
    for leave in ("close", "reset", "half_close"):
        getattr(server.client(), leave)()
    stats = server.wait_stats(lambda stats: stats["clients byteless"] == 3).check_law()
    assert stats["queries total"] == 0


def test_a_client_that_says_nothing_and_stays_is_closed_after_client_timeout(iotcpd):
    server = iotcpd("cat", 1, options={"client_timeout": "300ms"})
    watch = Stopwatch()
    with server.client() as client:
        client.expect_eof()
    assert watch.elapsed_s >= 0.3
    stats = server.wait_stats(lambda stats: stats["clients byteless"] == 1).check_law()
    assert stats["queries total"] == 0


def test_a_client_of_one_byte_at_a_time_has_client_timeout_for_its_whole_line(iotcpd):
    """Each byte alone comes in time: what is limited is the line."""
    server = iotcpd("cat", 1, options={"client_timeout": "500ms"})
    watch = Stopwatch()
    with server.client() as client:
        try:
            client.send_slowly(b"y" * 12, pause_s=0.1)
        except (ConnectionResetError, BrokenPipeError):
            pass
        assert client.recv_to_eof() == ERROR_REPLY
    assert_in_time(watch.elapsed_s, 0.5, slack_s=2, at_least_s=0.5)
    stats = server.stats().check_law()
    assert stats["failed client-timeout"] == 1


def test_a_client_of_one_byte_at_a_time_that_is_done_in_time_is_served(iotcpd):
    server = iotcpd("cat", 1, options={"client_timeout": "30s"})
    with server.client() as client:
        client.send_slowly(b"slow but sure\n", pause_s=0.01)
        assert client.recv_to_eof() == b"slow but sure\n"


def test_a_slow_client_delays_nobody(iotcpd):
    server = iotcpd("cat", 1)
    with server.client() as slow:
        slow.send(b"half a li")
        server.wait_stats(lambda stats: stats.in_flight == 1)
        assert served(server)
        assert slow.send(b"ne\n").recv_to_eof() == b"half a line\n"


def test_a_megabyte_without_newline_gets_the_error_reply(iotcpd):
    server = iotcpd("cat", 1)
    with server.client() as client:
        assert client.send(b"x" * 1_000_000).recv_to_eof() == ERROR_REPLY
    stats = server.stats().check_law()
    assert (stats["failed oversize"], stats["queries total"]) == (1, 1)
    assert served(server)


def test_a_client_that_never_stops_sending_is_cut_off(iotcpd):
    """What follows a request is drained for a bounded time and size only."""
    server = iotcpd("cat", 1)
    with server.client() as client:
        client.send(b"request\n")
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            for _ in range(10_000):
                client.send(b"z" * 65536)
    server.wait_stats(lambda stats: stats["clients open"] == 0)
    assert served(server)


def test_a_reset_right_after_connecting_does_no_harm(iotcpd):
    server = iotcpd("cat", 1)
    for _ in range(50):
        server.client().reset()
    server.wait_stats(lambda stats: stats["clients open"] == 0).check_law()
    assert served(server)


# -- many clients ------------------------------------------------------------------------------

@pytest.mark.xdist_group("timing")
def test_5000_idle_connections_keep_nobody_from_being_served(iotcpd):
    server = iotcpd("cat", 2, options={"client_timeout": "60s"})
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < IDLE_CLIENTS + 200:
        pytest.skip(f"{IDLE_CLIENTS} connections need more descriptors than this machine's hard "
                    f"limit of {hard}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    assert served(server)
    server.wait_stats(lambda stats: stats["clients open"] == 0)
    baseline = len(proc.open_fds(server.pid))
    clients = []
    try:
        clients = [server.client() for _ in range(IDLE_CLIENTS)]
        server.wait_stats(lambda stats: stats["clients open"] == IDLE_CLIENTS)
        assert all(served(server) for _ in range(50))
        # Those that were silent so far are served like any other.
        assert clients[0].ask(b"first\n") == b"first\n"
        assert clients[-1].ask(b"last\n") == b"last\n"
    finally:
        for client in clients:
            client.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    server.wait_stats(lambda stats: stats["clients open"] == 0, within=10).check_law()
    assert len(proc.open_fds(server.pid)) == baseline


def test_beyond_max_clients_accepting_pauses_and_nobody_is_reset(iotcpd):
    server = iotcpd("cat", 1, options={"max_clients": 2})
    first, second = server.client(), server.client()
    server.wait_stats(lambda stats: stats["clients open"] == 2)
    third = server.client().send(b"patient\n")
    # The third waits in the backlog: what the first two do is all that is seen.
    assert server.stats()["queries total"] == 0
    first.close()
    assert third.recv_to_eof() == b"patient\n"
    assert second.ask(b"second\n") == b"second\n"
    server.wait_stats(lambda stats: stats["clients open"] == 0).check_law()
    server.expect_log("accepting paused", "max-clients")


def test_max_clients_takes_up_to_that_number(iotcpd):
    """The negative twin: the last one that is allowed is served."""
    server = iotcpd("cat", 1, options={"max_clients": 3}).expect_log("accepting paused")
    idle = [server.client(), server.client()]
    server.wait_stats(lambda stats: stats["clients open"] == 2)
    assert served(server)
    for client in idle:
        client.close()


@pytest.mark.not_under_valgrind("it keeps descriptors and memory for itself")
@pytest.mark.xdist_group("timing")
def test_without_free_descriptors_accepting_pauses_resumes_and_does_not_spin(iotcpd):
    server = iotcpd("cat", 2, options={"client_timeout": "60s"}).expect_log("accepting paused")
    assert served(server)
    highest = max(proc.open_fds(server.pid))
    _, hard = resource.prlimit(server.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(server.pid, resource.RLIMIT_NOFILE, (highest + 9, hard))
    idle = [server.client() for _ in range(30)]
    waiting = server.client().send(b"patient\n")
    server.wait_log("accepting paused")
    # A window of time is what is measured here: a loop that spins uses most of it.
    used_s, watch = proc.cpu_s(server.pid), Stopwatch()
    eventually(lambda: watch.elapsed_s >= 1.0, within=60)
    used_s = proc.cpu_s(server.pid) - used_s
    assert used_s < 0.2 * watch.elapsed_s, f"{used_s} s of CPU in {watch.elapsed_s} s"
    assert idle[0].ask(b"accepted before\n") == b"accepted before\n"
    resource.prlimit(server.pid, resource.RLIMIT_NOFILE, (hard, hard))
    for client in idle[1:]:
        client.close()
    assert waiting.recv_to_eof() == b"patient\n"
    server.wait_log("accepting resumed")
    assert all(served(server) for _ in range(10))
    server.wait_stats(lambda stats: stats["clients open"] == 0).check_law()


# -- who may come ------------------------------------------------------------------------------

def test_allow_refuses_everybody_else(iotcpd):
    server = iotcpd("cat", 1, options={"allow": ["127.0.0.2/32", "127.8.0.0/16"]})
    assert served(server, source="127.0.0.2")
    assert served(server, source="127.8.200.1")
    for source in ("127.0.0.1", "127.0.0.3", "127.9.0.1"):
        assert is_refused(server.client(source=source))
    stats = server.stats().check_law()
    assert (stats["refused not-allowed"], stats["queries total"]) == (3, 2)


def test_max_clients_per_source_refuses_one_source_and_not_another(iotcpd):
    server = iotcpd("cat", 1, options={"max_clients_per_source": 2})
    idle = [server.client(source="127.0.0.2") for _ in range(2)]
    server.wait_stats(lambda stats: stats["clients open"] == 2)
    assert is_refused(server.client(source="127.0.0.2"))
    assert served(server, source="127.0.0.3")
    idle[0].close()
    server.wait_stats(lambda stats: stats["clients open"] == 1)
    assert served(server, source="127.0.0.2")
    assert idle[1].ask(b"still here\n") == b"still here\n"
    stats = server.stats().check_law()
    assert stats["refused per-source"] == 1


# -- where it listens --------------------------------------------------------------------------

def test_a_second_instance_on_the_same_port_is_refused_and_the_first_serves_on(iotcpd, iotcpd_run):
    server = iotcpd("cat", 1)
    second = iotcpd_run("-d", "cat", "-n", "1", "-i", "127.0.0.1", "-p", server.port)
    assert second.returncode == 69
    (message,) = second.stderr.decode().splitlines()
    assert f"127.0.0.1:{server.port}" in message and "in use" in message
    assert b"iotcpd ready" not in second.stdout
    assert served(server)


def test_all_tcp_addresses_share_one_free_port(iotcpd):
    server = iotcpd("cat", 1, listen=("-i", "127.0.0.1", "-i127.0.0.2", "-I::1", "-p0"))
    port = server.port
    assert server.addresses == [f"127.0.0.1:{port}", f"127.0.0.2:{port}", f"[::1]:{port}"]
    for host in ("127.0.0.1", "127.0.0.2", "::1"):
        assert LineClient((host, port)).ask(b"hello\n") == b"hello\n"
    with pytest.raises(ConnectionRefusedError):
        LineClient(("127.0.0.3", port)).connect()


def test_a_unix_socket_serves_and_goes_with_the_program(iotcpd, tmp_path):
    path = str(tmp_path / "socket")
    server = iotcpd("cat", 1, listen=("--unix", path))
    for _ in range(3):
        line = unique_request()
        assert LineClient(path).ask(line) == line
    with LineClient(path) as client:
        assert client.send(b"half closed\n").half_close().recv_to_eof() == b"half closed\n"
    server.stats().check_law()
    server.stop()
    assert not os.path.exists(path)


def test_a_stale_unix_socket_is_replaced(iotcpd, tmp_path):
    path = str(tmp_path / "socket")
    with socket.socket(socket.AF_UNIX) as stale:
        stale.bind(path)
    server = iotcpd("cat", 1, listen=("--unix", path))
    assert LineClient(path).ask(b"hello\n") == b"hello\n"
    # Killed, it leaves its file; the next one takes it over.
    server.signal(signal.SIGKILL).wait_exit()
    assert os.path.exists(path)
    iotcpd("cat", 1, listen=("--unix", path))
    assert LineClient(path).ask(b"hello again\n") == b"hello again\n"


def test_a_unix_socket_in_use_is_left_alone(iotcpd, iotcpd_run, tmp_path):
    path = str(tmp_path / "socket")
    iotcpd("cat", 1, listen=("--unix", path))
    second = iotcpd_run("-d", "cat", "--unix", path)
    assert second.returncode == 69 and path.encode() in second.stderr
    assert LineClient(path).ask(b"still here\n") == b"still here\n"


def test_a_file_that_is_no_socket_is_never_removed(iotcpd_run, tmp_path):
    path = tmp_path / "precious"
    path.write_text("data")
    ended = iotcpd_run("-d", "cat", "--unix", path)
    assert ended.returncode == 69 and str(path).encode() in ended.stderr
    assert path.read_text() == "data"


def test_a_client_on_the_unix_socket_is_served_beside_tcp(iotcpd, fake, tmp_path):
    path, gate = str(tmp_path / "socket"), Gate(daemon := fake(obey_requests=True))
    server = iotcpd(str(daemon), 1, "--unix", path, options={"queue_timeout": "30s"})
    first = server.client().send(gate.request())
    server.wait_stats(lambda stats: stats["daemon S_BUSY"] == 1)
    with LineClient(path) as second:
        second.send(b"over unix\n")
        server.wait_stats(lambda stats: stats["queue depth"] == 1)
        gate.release()
        assert first.recv_to_eof() == gate.request()
        assert second.recv_to_eof() == b"over unix\n"


@pytest.mark.not_under_valgrind("it keeps descriptors and memory for itself")
@pytest.mark.parametrize("limit, room, level", [(160, 55, "warning"), (205, 100, "notice")])
def test_a_low_limit_on_descriptors_leaves_room_for_clients_and_for_a_refresh(iotcpd, limit, room, level):
    server = iotcpd("cat", 16, ulimit_nofile=limit, options={"alarm_interval": "5ms"})
    server.expect_log("max-clients 10000 is cut", "accepting paused")
    server.wait_log(rf"{level} max-clients 10000 is cut to {room} by the limit of {limit} descriptors")
    clients = [server.client().send(b"partial") for _ in range(room)]
    server.wait_stats(lambda stats: stats["clients open"] == room)
    server.signal(signal.SIGHUP)
    server.wait_log("refresh done", within=10)
    for client in clients:
        assert client.send(b"ly\n").recv_to_eof() == b"partially\n"
        client.close()
