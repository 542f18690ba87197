"""TERM and INT: what was accepted is answered, then everything ends; a second one ends at once."""


import signal

import pytest

from pytest_iotcpd import LineClient, eventually, proc
from pytest_iotcpd.background_load import BackgroundLoad
from pytest_iotcpd.deadline import inconclusive_when_overloaded
from pytest_iotcpd.deaths import DIED, reap_orphans
from pytest_iotcpd.gate import Gate
from pytest_iotcpd.window import takes

pytestmark = pytest.mark.xdist_group("timing")

IGNORES_TERM = ["startup = ignore(TERM)", "on-eof = hang"]

either_signal = pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT], ids=["TERM", "INT"])


@either_signal
def test_everything_accepted_before_the_signal_is_answered(iotcpd, fake, ending):
    daemon = fake(latency="50ms")
    server = iotcpd(str(daemon), 2, options={"queue_timeout": "10s", "trace": True})
    clients = [server.client() for _ in range(12)]
    for number, client in enumerate(clients):
        client.send(b"request %d\n" % number)
    server.wait_stats(lambda stats: stats["queries total"] == 12)
    server.signal(ending)
    for number, client in enumerate(clients):
        assert client.recv_to_eof() == b"request %d\n" % number
        client.close()
    assert server.wait_exit() == 0
    assert not server.log_contains("warning")
    assert [entry["outcome"] for entry in server.trace()] == ["replied"] * 12
    with inconclusive_when_overloaded():  # TERM would come 500 ms after the end of its stdin
        assert [ended["reason"] for ended in daemon.journal("exit")] == ["eof"] * 2


@either_signal
def test_under_load_each_client_gets_its_reply_or_was_never_taken(iotcpd, ending):
    server = iotcpd("cat", 4, options={"trace": True})
    with BackgroundLoad(server, clients=8) as load:
        load.wait_more(300)
        server.signal(ending)
        assert server.wait_exit() == 0
    traced = {entry["request"].encode().rstrip(b"\n"): entry["outcome"] for entry in server.trace()}
    echoed = [asked for asked in load.asked if asked.echoed]
    assert len(echoed) >= 300
    # Without an echo: not connected any more, or closed without having been read from.
    for asked in load.not_echoed():
        assert asked.reply == b"", str(asked)
        assert asked.request.rstrip(b"\n") not in traced, str(asked)
    assert set(traced.values()) == {"replied"}
    assert len(traced) == len(echoed)


@either_signal
def test_connections_in_the_backlog_are_accepted_and_answered(iotcpd, fake, ending):
    server = iotcpd(str(fake()), 2, options={"queue_timeout": "10s"})
    server.signal(signal.SIGSTOP)
    eventually(lambda: proc.state(server.pid) == "T", what="stopped")
    clients = [server.client().send(b"request %d\n" % number) for number in range(20)]
    server.signal(ending)
    server.signal(signal.SIGCONT)
    for number, client in enumerate(clients):
        assert client.recv_to_eof() == b"request %d\n" % number
        client.close()
    assert server.wait_exit() == 0


@either_signal
def test_connections_without_a_byte_are_closed_and_partial_requests_may_be_completed(iotcpd, ending):
    server = iotcpd("cat", 1, options={"drain_timeout": "20s"})
    with server.client() as silent, server.client() as partial:
        partial.send(b"first half, ")
        server.wait_stats(lambda stats: stats["clients open"] == 2 and stats["queries total"] == 1)
        server.signal(ending)
        assert silent.recv_to_eof() == b""
        assert server.running
        partial.send(b"second half\n")
        assert partial.recv_to_eof() == b"first half, second half\n"
    assert server.wait_exit() == 0


def test_a_request_that_stays_partial_ends_at_the_drain_timeout(iotcpd):
    server = iotcpd("cat", 1, options={"drain_timeout": "400ms", "trace": True})
    with server.client() as partial:
        partial.send(b"never comple")
        server.wait_stats(lambda stats: stats["queries total"] == 1)
        with takes(0.4):
            server.signal(signal.SIGTERM)
            assert partial.recv_to_eof() == b"ERR\n"
    assert server.wait_exit() == 0
    (entry,) = server.trace()
    assert (entry["outcome"], entry["cause"]) == ("failed", "drain-timeout")


def test_a_request_at_work_ends_at_the_drain_timeout_too(iotcpd, fake):
    gate = Gate(daemon := fake(obey_requests=True))
    server = iotcpd(str(daemon), 1, options={"drain_timeout": "300ms", "trace": True})
    with server.client() as client:
        client.send(gate.request())
        server.wait_stats(lambda stats: stats["daemon S_BUSY"] == 1)
        with takes(0.3):
            server.signal(signal.SIGTERM)
            assert client.recv_to_eof() == b"ERR\n"
    assert server.wait_exit() == 0
    assert [entry["cause"] for entry in server.trace()] == ["drain-timeout"]


def test_an_idle_service_ends_at_once(iotcpd):
    server = iotcpd("cat", 8)
    with takes(0, margin_s=0.4):  # cat ends with its stdin: not one step of the stop sequence passes
        server.signal(signal.SIGTERM)
        assert server.wait_exit() == 0
    assert server.family() == []


def test_a_hanging_daemon_ends_the_drain_with_its_busy_timeout(iotcpd, fake):
    server = iotcpd(str(fake(fault="after-read = hang")), 1, options={"busy_timeout": "600ms"})
    server.expect_log("condemned: timeout", "killed by signal", "exited with")
    with server.client() as client:
        client.send(b"hang\n")
        server.wait_stats(lambda stats: stats["daemon S_BUSY"] == 1)
        server.signal(signal.SIGTERM)
        assert client.recv_to_eof() == b"ERR\n"
    assert server.wait_exit() == 0


def test_the_last_daemon_at_work_is_stopped_too_when_it_outlives_its_stdin(iotcpd):
    server = iotcpd("sh -c 'while read -r line; do sleep 0.2; echo \"$line\"; done; exec sleep 1000'", 1)
    with server.client() as client:
        client.send(b"last\n")
        server.wait_stats(lambda stats: stats["daemon S_BUSY"] == 1)
        server.signal(signal.SIGTERM)
        assert client.recv_to_eof() == b"last\n"
        with takes(0.5):  # TERM follows 500 ms after its stdin was closed
            assert server.wait_exit(within=5) == 0
    assert not server.log_contains("warning")


def test_queued_requests_without_any_daemon_do_not_hold_up_the_end(iotcpd, fake):
    server = iotcpd(str(fake(fault="startup = exit(1)")), 1, wait_ready=False, options={
        "alarm_interval": "60s", "queue_timeout": "500ms"}).wait_listening()
    server.expect_log("exited with code 1", "keeps dying")
    server.wait_stats(lambda stats: stats["daemon S_SPAWNING"] == 1)
    with server.client() as client:
        client.send(b"anybody?\n")
        server.wait_stats(lambda stats: stats["queue depth"] == 1)
        server.signal(signal.SIGTERM)
        assert client.recv_to_eof() == b"ERR\n"
    assert server.wait_exit() == 0


def test_a_daemon_that_dies_during_the_drain_is_replaced_for_those_who_wait(iotcpd, fake):
    daemon = fake(fault="after-reply = exit(0)")
    server = iotcpd(str(daemon), 1, options={"queue_timeout": "10s"})
    server.expect_log(*DIED)
    clients = [server.client().send(b"request %d\n" % number) for number in range(4)]
    server.wait_stats(lambda stats: stats["queries total"] == 4)
    server.signal(signal.SIGTERM)
    replies = [client.recv_to_eof() for client in clients]
    assert server.wait_exit() == 0
    # A request handed to a daemon on its way out is lost with it; none is left without an answer.
    for number, reply in enumerate(replies):
        assert reply in (b"request %d\n" % number, b"ERR\n"), replies
    assert b"ERR\n" != replies[0]
    assert len(daemon.journal("reply")) == sum(reply != b"ERR\n" for reply in replies)


def refuses(connect):
    try:
        connect().close()
    except (ConnectionRefusedError, FileNotFoundError):
        return True
    return False


def test_new_connections_are_refused_while_it_drains(iotcpd, fake, tmp_path):
    gate, path = Gate(daemon := fake(obey_requests=True)), tmp_path / "socket"
    server = iotcpd(str(daemon), 1, options={"unix": path})
    with server.client() as client:
        client.send(gate.request())
        server.wait_stats(lambda stats: stats["daemon S_BUSY"] == 1)
        server.signal(signal.SIGTERM)
        # Not at once: it says so before it closes its listeners.
        eventually(lambda: refuses(server.client), what="no connection over TCP")
        eventually(lambda: refuses(LineClient(str(path)).connect), what="no connection to the socket file")
        gate.release()
        assert client.recv_to_eof() == gate.request()
    assert server.wait_exit() == 0
    assert not path.exists()


@pytest.mark.parametrize("first, second", [
    (signal.SIGTERM, signal.SIGTERM), (signal.SIGINT, signal.SIGINT), (signal.SIGTERM, signal.SIGINT)])
def test_a_second_signal_ends_it_at_once(iotcpd, fake, first, second):
    server = iotcpd(str(fake(fault=IGNORES_TERM)), 2).expect_log("by a second signal")
    with server.client() as client:
        client.send(b"partial")
        server.wait_stats(lambda stats: stats["queries total"] == 1)
        server.signal(first)
        server.wait_log("draining")
        assert server.running
        with takes(0):
            server.signal(second)
            assert server.wait_exit() == 128 + second
    eventually(lambda: not reap_orphans(server), 3, "no daemon outlives it")


def test_a_second_signal_does_not_wait_for_daemons_that_are_being_stopped(iotcpd, fake):
    server = iotcpd(str(fake(fault=IGNORES_TERM)), 2).expect_log("by a second signal")
    server.signal(signal.SIGTERM)
    server.wait_stats(lambda stats: stats["daemon S_STOPPING"] == 2)
    with takes(0):
        server.signal(signal.SIGTERM)
        assert server.wait_exit() == 128 + signal.SIGTERM
    eventually(lambda: not reap_orphans(server), 3, "no daemon outlives it")


@pytest.mark.parametrize("phase", ["refresh", "proof", "crash loop"])
def test_the_end_does_not_wait_for_what_the_pool_is_at(iotcpd, fake, phase):
    fault = {"refresh": [], "proof": "after-read = drop", "crash loop": "startup = exit(1)"}[phase]
    options = {"alarm_interval": "20s", **({"probe": "x"} if phase == "proof" else {})}
    server = iotcpd(str(fake(fault=fault)), 2, wait_ready=False, options=options).wait_listening()
    server.expect_log("exited with code 1", "keeps dying")
    if phase == "refresh":
        server.signal(signal.SIGHUP)
        server.wait_log("refresh started")
    with takes(0):
        server.signal(signal.SIGTERM)
        assert server.wait_exit() == 0
    assert server.family() == []


def test_signals_for_a_refresh_do_not_disturb_the_drain(iotcpd, fake):
    gate = Gate(daemon := fake(obey_requests=True))
    server = iotcpd(str(daemon), 2, options={"alarm_interval": "50ms"})
    server.signal(signal.SIGHUP)
    with server.client() as client:
        client.send(gate.request())
        server.wait_stats(lambda stats: stats["daemon S_BUSY"] == 1)
        server.signal(signal.SIGTERM)
        server.wait_log("draining")
        for number in (signal.SIGHUP, signal.SIGALRM):
            server.signal(number)
        assert server.stats().check_law()["queries in-flight"] == 1
        gate.release()
        assert client.recv_to_eof() == gate.request()
    assert server.wait_exit() == 0



def test_the_log_says_when_it_drains(iotcpd):
    server = iotcpd("cat", 1).stop()
    assert server.log_contains("draining")


def test_what_connected_clients_sent_just_before_the_signal_is_answered(iotcpd):
    server = iotcpd("cat", 2)
    clients = [server.client() for _ in range(20)]
    server.wait_stats(lambda stats: stats["clients open"] == 20)
    server.signal(signal.SIGSTOP)
    eventually(lambda: proc.state(server.pid) == "T", what="stopped")
    for client in clients:
        client.send(b"hello\n")
    server.signal(signal.SIGTERM)
    server.signal(signal.SIGCONT)
    for client in clients:
        assert client.recv_to_eof() == b"hello\n"
        client.close()
    assert server.wait_exit() == 0
