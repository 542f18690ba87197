"""All daemons busy: first come first served, within limits that answer at once."""

import pytest

from pytest_iotcpd import WHO, eventually
from pytest_iotcpd.background_load import BackgroundLoad
from pytest_iotcpd.gate import Gate
from pytest_iotcpd.window import assert_window, takes

pytestmark = pytest.mark.xdist_group("timing")


class Crowd:
    """A pool of one daemon, held by a first client, and clients that queue behind it."""

    def __init__(self, server, gate):
        self.server, self.gate = server, gate
        self.holder = server.client().send(gate.request(b"holder"))
        server.wait_stats(lambda stats: stats["daemon S_BUSY"] == 1)
        self.clients = []

    def queue(self, request):
        """A client whose request is in the queue when this returns."""
        depth = self.server.stats()["queue depth"]
        client = self.server.client().send(request)
        self.clients.append(client)
        self.server.wait_stats(lambda stats: stats["queue depth"] == depth + 1, what=f"{request!r} queued")
        return client

    def let_go(self):
        self.gate.release()
        assert self.holder.recv_to_eof() == self.gate.request(b"holder")


@pytest.fixture
def crowd(iotcpd, fake):
    """crowd(queue_size=2, ...) -> Crowd; options of iotcpd."""
    crowds = []

    def start(**options):
        daemon = fake(obey_requests=True)
        server = iotcpd(str(daemon), 1, options={"queue_timeout": "20s", "trace": True, **options})
        crowds.append(Crowd(server, Gate(daemon)))
        return crowds[-1]

    yield start
    for one in crowds:
        for client in [one.holder, *one.clients]:
            client.close()


def test_queued_requests_are_served_in_the_order_they_came(crowd):
    held = crowd()
    for number in range(6):
        held.queue(b"number %d\n" % number)
    stats = held.server.stats().check_law()
    assert (stats["queue depth"], stats["queries in-flight"], stats["queries delayed"]) == (6, 7, 6)
    assert stats["queue oldest-ms"] > 0
    held.let_go()
    for number, client in enumerate(held.clients):
        assert client.recv_to_eof() == b"number %d\n" % number
    entries = sorted(held.server.trace(7), key=lambda entry: entry["handed_out_ns"])
    assert [entry["request"].rstrip("\n") for entry in entries[1:]] == [f"number {n}" for n in range(6)]
    stats = held.server.stats().check_law()
    assert (stats["queue depth"], stats["queue peak"]) == (0, 6)
    assert (stats["queries delayed"], stats["queries replied"]) == (6, 7)
    assert stats["queue oldest-ms"] == 0


def test_a_request_that_finds_an_idle_daemon_is_not_delayed(iotcpd):
    server = iotcpd("cat", 2)
    for _ in range(20):
        assert server.ask(b"idle\n") == b"idle\n"
    stats = server.stats()
    assert stats["queries delayed"] == stats["queue peak"] == 0


def test_a_full_queue_answers_at_once_and_the_queued_are_served_all_the_same(crowd):
    held = crowd(queue_size=2)
    for number in range(2):
        held.queue(b"number %d\n" % number)
    for refused in range(1, 4):
        with takes(0, margin_s=0.5):
            assert held.server.ask(b"one too many\n") == b"ERR\n"
        stats = held.server.stats().check_law()
        assert stats["failed queue-full"] == stats["queries failed"] == refused
    held.let_go()
    assert [client.recv_to_eof() for client in held.clients] == [b"number 0\n", b"number 1\n"]
    assert held.server.stats().check_law()["queue peak"] == 2


def test_with_a_queue_size_of_zero_nobody_waits(crowd):
    held = crowd(queue_size=0)
    with takes(0, margin_s=0.5):
        assert held.server.ask(b"one too many\n") == b"ERR\n"
    held.let_go()
    assert held.server.ask(b"now\n") == b"now\n"
    stats = held.server.stats().check_law()
    assert (stats["failed queue-full"], stats["queries delayed"]) == (1, 0)


def test_the_queue_timeout_is_kept_for_each_and_disturbs_nobody(crowd):
    held = crowd(queue_timeout="400ms")
    impatient = [held.queue(b"impatient %d\n" % number) for number in range(3)]
    assert [client.recv_to_eof() for client in impatient] == [b"ERR\n"] * 3
    entries = held.server.trace(3)
    assert [entry["cause"] for entry in entries] == ["queue-timeout"] * 3
    for entry in entries:
        assert_window((entry["decided_ns"] - entry["complete_ns"]) / 1e9, 0.4, 0.25)
    held.let_go()
    stats = held.server.stats().check_law()
    assert stats["failed queue-timeout"] == stats["queries failed"] == 3
    assert (stats["queries replied"], stats["queries timeout"], stats["queue depth"]) == (1, 0, 0)


def test_a_queue_timeout_is_seen_by_the_client_in_its_window(crowd):
    held = crowd(queue_timeout="300ms")
    with takes(0.3, margin_s=0.5):
        assert held.server.ask(b"impatient\n") == b"ERR\n"
    held.let_go()


def test_without_any_live_daemon_every_client_gets_its_error_reply_in_time(iotcpd, fake):
    server = iotcpd(str(fake(fault="startup = exit(1)")), 3, wait_ready=False, options={
        "alarm_interval": "60s", "queue_timeout": "300ms", "busy_timeout": "1s",
        "trace": True}).wait_listening()
    server.expect_log("exited with code 1", "keeps dying")
    server.wait_stats(lambda stats: stats["daemon S_SPAWNING"] == 3)
    clients = [server.client().send(b"client %d\n" % number) for number in range(50)]
    for client in clients:
        assert client.recv_to_eof() == b"ERR\n"
        client.close()
    for entry in server.trace(50):
        assert entry["cause"] == "queue-timeout"
        assert_window((entry["decided_ns"] - entry["complete_ns"]) / 1e9, 0.3, 0.25)
    stats = server.stats().check_law()
    assert stats["queries failed"] == stats["queries total"] == stats["queries delayed"] == 50


def test_without_any_live_daemon_a_full_queue_still_answers_at_once(iotcpd, fake):
    server = iotcpd(str(fake(fault="startup = exit(1)")), 1, wait_ready=False, options={
        "alarm_interval": "60s", "queue_timeout": "1s", "queue_size": 1}).wait_listening()
    server.expect_log("exited with code 1", "keeps dying")
    server.wait_stats(lambda stats: stats["daemon S_SPAWNING"] == 1)
    with server.client() as waiting:
        waiting.send(b"waiting\n")
        server.wait_stats(lambda stats: stats["queue depth"] == 1)
        with takes(0, margin_s=0.5):
            assert server.ask(b"one too many\n") == b"ERR\n"
        assert waiting.recv_to_eof() == b"ERR\n"
    stats = server.stats().check_law()
    assert stats["failed queue-full"] == stats["failed queue-timeout"] == 1


def test_a_client_that_leaves_the_queue_frees_its_place(crowd):
    held = crowd(queue_size=1)
    leaver = held.queue(b"leaver\n")
    assert held.server.ask(b"one too many\n") == b"ERR\n"
    leaver.reset()
    held.server.wait_stats(lambda stats: stats["queue depth"] == 0)
    stayer = held.queue(b"stayer\n")
    held.let_go()
    assert stayer.recv_to_eof() == b"stayer\n"
    stats = held.server.stats().check_law()
    assert stats["unknown reset"] == stats["queries unknown"] == 1
    assert stats["failed queue-full"] == 1
    # No daemon ever saw the request of the one who left.
    replied = [entry for entry in held.server.trace(4) if entry["outcome"] == "replied"]
    assert [entry["request"].rstrip("\n") for entry in replied[1:]] == ["stayer"]


def test_a_client_that_only_half_closed_keeps_its_place(crowd):
    held = crowd()
    client = held.queue(b"half-closed\n")
    client.half_close()
    other = held.queue(b"other\n")
    held.let_go()
    assert client.recv_to_eof() == b"half-closed\n"
    assert other.recv_to_eof() == b"other\n"


def test_the_most_recently_returned_daemon_is_handed_out_first(iotcpd, fake):
    daemon = fake(obey_requests=True, **WHO)
    gates = [Gate(daemon, f"gate-{number}") for number in range(3)]
    server = iotcpd(str(daemon), 3)
    holders = []
    for number, gate in enumerate(gates, start=1):
        holders.append(server.client().send(gate.request(b"who")))
        server.wait_stats(lambda stats, n=number: stats["daemon S_BUSY"] == n)

    def let_go(number):
        gates[number].release()
        return holders[number].recv_to_eof().split()[-2]

    workers = [let_go(number) for number in (1, 2, 0)]
    assert len(set(workers)) == 3
    # Handed out again in the reverse of the order in which they came back.
    again = []
    for number, gate in enumerate(gates[:2], start=1):
        again.append(server.client().send(gate.request(b"who")))
        server.wait_stats(lambda stats, n=number: stats["daemon S_BUSY"] == n)
    assert workers[0] in server.ask(b"who\n").split()
    gates[0].release()
    assert workers[2] in again[0].recv_to_eof().split()
    gates[1].release()
    assert workers[1] in again[1].recv_to_eof().split()


def test_one_client_at_a_time_is_always_served_by_the_same_daemon(iotcpd, fake):
    server = iotcpd(str(fake(**WHO)), 4)
    replies = {server.ask(b"who\n") for _ in range(30)}
    assert len(replies) == 1
    assert sorted(entry["served"] for entry in server.registers().values()) == [0, 0, 0, 30]


def test_more_clients_than_daemons_are_all_served_and_counted(iotcpd):
    server = iotcpd("cat", 2, options={"queue_timeout": "10s"})
    with BackgroundLoad(server, clients=12) as load:
        load.wait_more(600)
    load.assert_all_echoed()
    stats = eventually(lambda: server.stats().check_law())
    assert stats["queries replied"] == len(load.asked)
    assert stats["queue peak"] <= 10 and stats["queue depth"] == 0
