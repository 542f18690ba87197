"""--keep-alive and clients that leave: those who only send no more, and those who are gone."""

from pytest_iotcpd import eventually, proc, unique_request
from pytest_iotcpd.gate import Gate

KEPT = {"keep_alive": True, "queue_timeout": "30s"}


def test_a_client_that_half_closes_gets_all_its_replies(iotcpd, fake):
    server = iotcpd(str(fake(latency="uniform(0ms, 4ms)")), 4, options=KEPT)
    lines = [unique_request() for _ in range(200)]
    with server.client() as client:
        client.send(b"".join(lines)).half_close()
        assert client.recv_to_eof() == b"".join(lines)
    assert server.wait_stats(lambda stats: stats["clients open"] == 0).check_law().outcomes == (200, 0, 0, 0)


def test_a_reset_drops_the_replies_of_all_its_requests_and_keeps_the_daemons(iotcpd, fake):
    gate = Gate(daemon := fake(obey_requests=True))
    server = iotcpd(str(daemon), 2, options=KEPT | {"trace": True})
    leaving = server.client().send(gate.request() * 2 + b"queued\npartial")
    server.wait_stats(lambda stats: (stats.in_flight, stats["queue depth"]) == (4, 1))
    leaving.reset()
    stats = server.wait_stats(lambda stats: stats["unknown reset"] == 4).check_law()
    assert (stats.in_flight, stats["queue depth"], stats["daemon S_BUSY"]) == (0, 0, 2)
    with server.client() as following:
        lines = [unique_request(), unique_request()]
        following.send(b"".join(lines))
        server.wait_stats(lambda stats: stats["queue depth"] == 2)
        gate.release()
        gate.release()
        assert [following.recv_line(), following.recv_line()] == lines
    stats = server.stats().check_law()
    assert (stats.outcomes, stats["daemon spawns"]) == ((2, 0, 0, 4), 2)
    assert [query["cause"] for query in server.trace(6)[:4]] == ["reset"] * 4
    assert len(daemon.wait_journal("reply", 4)) == 4


def test_a_reset_after_a_half_close_is_noticed_too(iotcpd, fake):
    gate = Gate(daemon := fake(obey_requests=True))
    server = iotcpd(str(daemon), 1, options=KEPT)
    leaving = server.client().send(gate.request()).half_close()
    gate.wait_reached()
    leaving.reset()
    server.wait_stats(lambda stats: stats["unknown reset"] == 1).check_law()
    gate.release()


def test_nothing_is_left_of_many_connections(iotcpd):
    server = iotcpd("cat", 2, options=KEPT)
    with server.client() as client:
        assert client.send(b"first\n").recv_line() == b"first\n"
    server.wait_stats(lambda stats: stats["clients open"] == 0)
    before = len(proc.open_fds(server.pid))
    for number in range(60):
        client = server.client().send(b"one\ntwo\nthr")
        assert client.recv_line() == b"one\n"
        client.reset() if number % 2 else client.close()
    server.wait_stats(lambda stats: stats["clients open"] == 0).check_law()
    eventually(lambda: len(proc.open_fds(server.pid)) == before, what="no descriptor is left")
