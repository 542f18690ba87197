"""What the redirector counts in buckets and percentiles, against what its daemons really took."""

import time

import pytest

from pytest_iotcpd import in_parallel, unique_request
from pytest_iotcpd.deadline import inconclusive_when_overloaded
from pytest_iotcpd.theory import dkw_epsilon, dkw_excess

pytestmark = pytest.mark.xdist_group("timing")

EDGES_S = (0.1, 0.25, 0.5, 0.75, 1.0)
#: In the middle of each bucket, so that the counts are certain; and how many of each.
CENTRES_MS = {50: 3, 175: 2, 375: 4, 625: 1, 875: 2, 1500: 1}


def bucket_of(seconds):
    return sum(seconds >= edge_s for edge_s in EDGES_S)


class Timed:
    """Requests over a pool of fake daemons, and how long each took, by token: `client_s` until its client
    had the reply, `server_s` until the kernel had it, `service_s` from its hand-out, `daemon_s` asleep."""

    def __init__(self, server, daemon, lines, clients):
        self.client_s = {}
        in_parallel(lambda line: self._ask(server, line), lines, clients)
        queries = {query["request"].split()[0]: query for query in server.trace(len(lines))}
        self.server_s = {token: (query["decided_ns"] - query["complete_ns"]) / 1e9
                         for token, query in queries.items()}
        self.service_s = {token: (query["decided_ns"] - query["handed_out_ns"]) / 1e9
                          for token, query in queries.items()}
        self.daemon_s = {reply["token"]: reply["slept_us"] / 1e6
                         for reply in daemon.wait_journal("reply", len(lines))}

    def _ask(self, server, line):
        with server.client() as client:
            started = time.monotonic()
            assert client.send(line).recv_to_eof() == line
            self.client_s[line.split()[0].decode()] = time.monotonic() - started

    def assert_causal(self):
        """No request takes longer where it is a part of the way."""
        assert len(self.client_s) == len(self.server_s) == len(self.daemon_s)
        for token, client_s in self.client_s.items():
            parts = client_s, self.server_s[token], self.service_s[token], self.daemon_s[token]
            assert list(parts) == sorted(parts, reverse=True), f"{token}: {parts}"

    def assert_sandwiched(self, edges_s):
        """At each edge, what has come by then at the clients, by the redirector, by the daemons."""
        histories = self.client_s, self.server_s, self.service_s, self.daemon_s
        for edge_s in edges_s:
            counts = [sum(took_s < edge_s for took_s in history.values()) for history in histories]
            assert counts == sorted(counts), f"below {edge_s} s: {counts}"


def test_buckets_are_exact_for_delays_in_their_middle(iotcpd, fake):
    delays_ms = [delay_ms for delay_ms, count in CENTRES_MS.items() for _ in range(count)]
    daemon = fake(obey_requests=True)
    server = iotcpd(str(daemon), len(delays_ms), options={"trace": True})
    server.wait_stats(lambda stats: stats["daemon S_AVAILABLE"] == len(delays_ms))
    daemon.wait_journal("start", len(delays_ms))  # available as soon as it is executed, they read later
    lines = [unique_request(f"@after-read=sleep({delay_ms}ms)") for delay_ms in delays_ms]
    timed = Timed(server, daemon, lines, len(lines))
    timed.assert_causal()
    timed.assert_sandwiched(EDGES_S)
    for line, delay_ms in zip(lines, delays_ms):
        assert timed.daemon_s[line.split()[0].decode()] >= delay_ms / 1000
    buckets = server.stats().check_law().buckets
    took_s = timed.server_s.values()
    assert buckets == [sum(bucket_of(s) == number for s in took_s) for number in range(6)]
    with inconclusive_when_overloaded():
        assert buckets == list(CENTRES_MS.values())


def test_the_distributions_of_clients_redirector_and_daemons_lie_within_each_other(iotcpd, fake):
    """Delays of which many lie near an edge; what is promised holds however busy the machine is."""
    least_s, most_s, count = 0.01, 0.3, 240
    daemon = fake(latency="uniform(10ms, 300ms)")
    server = iotcpd(str(daemon), 40, options={"trace": True, "queue_timeout": "20s"})
    server.wait_stats(lambda stats: stats["daemon S_AVAILABLE"] == 40)
    timed = Timed(server, daemon, [unique_request() for _ in range(count)], clients=48)
    timed.assert_causal()
    timed.assert_sandwiched([step / 100 for step in range(1, 60)])
    stats = server.stats().check_law()
    took_s = timed.server_s.values()
    assert stats.buckets == [sum(bucket_of(s) == number for s in took_s) for number in range(6)]
    assert_quantiles(stats["service ms"], timed.service_s.values())
    assert_not_faster(stats["service ms"], timed,
                      lambda s: min(max((s - least_s) / (most_s - least_s), 0), 1))
    with inconclusive_when_overloaded():  # 48 threads that never are 41 at a time
        assert stats["queries delayed"] > 0


def assert_quantiles(reported_ms, values_s):
    """Each is that of the values themselves, to three digits."""
    ordered_ms = sorted(value_s * 1000 for value_s in values_s)
    for name, share in (("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("max", 1.0)):
        exact_ms = ordered_ms[max(round(share * len(ordered_ms) + 0.4999), 1) - 1]
        assert reported_ms[name] == pytest.approx(exact_ms, rel=0.002, abs=0.002), name


def assert_not_faster(reported_ms, timed, cdf):
    """Nothing comes before its daemon's delay is over: no share exceeds that of the distribution by more
    than chance allows (Dvoretzky, Kiefer, Wolfowitz; once in a thousand million runs)."""
    epsilon = dkw_epsilon(len(timed.daemon_s), 1e-9)
    for history in (timed.daemon_s, timed.service_s, timed.client_s):
        assert dkw_excess(history.values(), cdf) <= epsilon
    for name, share in (("p50", 0.5), ("p90", 0.9), ("p99", 0.99)):
        assert cdf(reported_ms[name] / 1000) >= share - epsilon, name
