"""What other generators print is read as they mean it, and no error of theirs passes for success."""

import pytest
from benchlib.generators import (
    KEEP_ALIVE,
    PIPELINED,
    SINGLE,
    ApacheBench,
    Httperf,
    Loadgen,
    RedisBenchmark,
    Wrk,
)
from benchlib.server import BenchError

AB = """
Time taken for tests:   1.512 seconds
Complete requests:      30000
Failed requests:        0
Total transferred:      1770000 bytes
Requests per second:    19841.27 [#/sec] (mean)
"""
REDIS = '''"test","rps","avg_latency_ms","min_latency_ms","p50_latency_ms"
"PING_INLINE","80450.52","0.069","0.032","0.063"
'''
WRK = """Running 1s test @ http://127.0.0.1:39023/
  1 threads and 50 connections
  131426 requests in 1.00s, 8.02MB read
Requests/sec: 131371.22
"""
HTTPERF = """Total: connections 10000 requests 10000 replies 10000 test-duration 0.583 s
Connection rate: 17139.6 conn/s (0.1 ms/conn, <=1 concurrent connections)
Reply status: 1xx=0 2xx=10000 3xx=0 4xx=0 5xx=0
Errors: total 0 client-timo 0 socket-timo 0 connrefused 0 connreset 0
"""


def test_count_and_rate_are_found():
    assert ApacheBench(SINGLE).read(AB) == (30000, 19841.27)
    assert Wrk(KEEP_ALIVE).read(WRK) == (131426, 131371.22)
    assert Httperf(SINGLE).read(HTTPERF) == (10000, 17139.6)


def test_redis_benchmark_answers_for_what_it_was_asked():
    redis = RedisBenchmark(PIPELINED)
    assert redis.command(1, 5000, 1.0)[-2:] == ["-P", "16"]
    assert redis.read(REDIS) == (5000, 80450.52)


@pytest.mark.parametrize("generator, output", [
    (ApacheBench(SINGLE), AB.replace("Failed requests:        0", "Failed requests:        3")),
    (ApacheBench(SINGLE), AB + "Non-2xx responses:      3\n"),
    (ApacheBench(SINGLE), AB + "Write errors:           3\n"),
    (ApacheBench(SINGLE), ""),
    (RedisBenchmark(KEEP_ALIVE), ""),
    (Wrk(KEEP_ALIVE), WRK + "  Socket errors: connect 0, read 3, write 0, timeout 0\n"),
    (Wrk(KEEP_ALIVE), WRK + "  Non-2xx or 3xx responses: 3\n"),
    (Httperf(SINGLE), HTTPERF.replace("Errors: total 0", "Errors: total 3")),
    (Httperf(SINGLE), HTTPERF.replace("2xx=10000", "2xx=9999")),
])
def test_an_error_of_theirs_is_ours(generator, output):
    with pytest.raises(BenchError, match=generator.program):
        generator.read(output)


def test_ours_is_held_to_the_same(tmp_path):
    result = tmp_path / "result.json"
    ours = Loadgen(SINGLE, "/bin/iotcpd-loadgen", str(result))
    result.write_text('{"rate": 5.5, "outcomes": {"ok": 11, "timeout": 0}}')
    assert ours.read("") == (11, 5.5)
    result.write_text('{"rate": 5.5, "outcomes": {"ok": 11, "timeout": 1}}')
    with pytest.raises(BenchError, match="timeout"):
        ours.read("")
