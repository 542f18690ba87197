"""More work than the pool can do: who gets in is served, who does not is told at once."""

import itertools
import time

import pytest

from pytest_iotcpd import ERROR_REPLY, in_parallel, unique_request
from pytest_iotcpd.gate import Gate
from pytest_iotcpd.quiet_machine import conclusive

pytestmark = pytest.mark.xdist_group("timing")

QUEUE_SIZE = 4
CLIENTS = 24


def flood(server, count):
    """[(reply, took_s, request)] of so many requests by all clients."""
    def ask(_):
        line, started = unique_request(), time.monotonic()
        return server.ask(line), time.monotonic() - started, line

    return in_parallel(ask, range(count), CLIENTS)


def test_under_overload_each_request_is_served_or_refused_and_both_are_counted(iotcpd, fake):
    daemon = fake(latency="20ms")
    server = iotcpd(str(daemon), 2, options={"queue_size": QUEUE_SIZE, "queue_timeout": "20s", "trace": True})
    answers = flood(server, 600)
    served = [line for reply, _, line in answers if reply == line]
    refused = [line for reply, _, line in answers if reply == ERROR_REPLY]
    assert len(served) + len(refused) == len(answers) and served and refused
    stats = server.stats().check_law()
    assert stats.outcomes == (len(served), 0, len(refused), 0)
    assert stats.causes("failed") == {"queue-full": len(refused)}
    assert (stats["queue peak"], stats["queue depth"], stats["daemon spawns"]) == (QUEUE_SIZE, 0, 2)
    assert len(daemon.journal("recv")) == len(daemon.journal("reply")) == len(served)
    assert_first_come_first_served(server.trace(len(answers)))


def assert_first_come_first_served(queries):
    """Requests that became complete in the same pass of the loop share their time, and have no order."""
    handed = [query for query in queries if query["handed_out_ns"]]
    handed.sort(key=lambda query: (query["complete_ns"], query["handed_out_ns"]))
    for one, other in itertools.pairwise(handed):
        assert one["handed_out_ns"] <= other["handed_out_ns"], (one, other)


def test_a_refusal_is_decided_at_once_and_the_pool_is_back_when_the_flood_is_over(iotcpd, fake):
    gate = Gate(daemon := fake(obey_requests=True))
    server = iotcpd(str(daemon), 1, options={"queue_size": 0, "trace": True})
    with server.client() as holder:
        holder.send(gate.request())
        gate.wait_reached()
        answers = flood(server, 300)
        assert {reply for reply, _, _ in answers} == {ERROR_REPLY}
        gate.release()
        assert holder.recv_to_eof() == gate.request()
    line = unique_request()
    assert server.ask(line) == line

    def decided_at_once():
        waits_s = [(query["decided_ns"] - query["complete_ns"]) / 1e9
                   for query in server.trace(len(answers)) if query["cause"] == "queue-full"]
        assert len(waits_s) == len(answers)
        assert max(waits_s) < 0.05, "it is one pass of the loop"

    conclusive(decided_at_once)
