"""--concurrency: daemons that have several requests at a time, each reply by its ID, and what is
promised to clients all the same."""

import os
import signal

import pytest

from pytest_iotcpd import ERROR_REPLY, assert_own, eventually, in_parallel, unique_request
from pytest_iotcpd.gate import Gate

CHANNEL = {"concurrency": 32, "queue_timeout": "30s", "alarm_interval": "50ms"}

KEEPING = {False: {}, True: {"keep_alive": True}}

#: A helper as Squid's documentation has it: every line begins with its ID, and so does the answer.
UPPER_CASE = r"""#!/usr/bin/awk -f
{ id = $1; sub(/^[0-9]+ /, ""); print id, "OK " toupper($0); fflush() }
"""

#: Answers nothing, until SIGUSR1 has it answer what nobody has asked.
SILENT_UNTIL_TOLD = """#!/usr/bin/python3
import os, signal, sys
signal.signal(signal.SIGUSR1, lambda *_: os.write(1, b"99 nobody asked\\n"))
print("listening", file=sys.stderr, flush=True)
for _ in sys.stdin:
    pass
"""


@pytest.fixture
def channel(fake):
    """channel(**settings): a fake daemon that speaks the protocol."""
    return lambda **settings: fake(personality="squid-channel", **settings)


def told_apart(server, loadgen_run, *, requests=3000, allowed=frozenset({"ok"}), **options):
    """Drives `server` with requests that can be told apart; no reply is anybody else's."""
    run = loadgen_run(server, options={"connections": 24, "request": "{token} {seq}",
                                       "requests": requests, **options}).result
    assert set(run.counts) <= allowed and run.counts["ok"] > requests / 2, run.counts
    server.wait_stats(lambda stats: stats.in_flight == 0).check_law()


@pytest.mark.parametrize("client", [{}, {"keep_alive": True}, {"keep_alive": True, "pipeline": 8}],
                         ids=["one-request", "keep-alive", "pipelined"])
def test_replies_in_any_order_reach_those_who_asked(iotcpd, channel, loadgen_run, client):
    daemon = channel(latency="exp(2ms)", seed=3)
    server = iotcpd(str(daemon), 2, options={**CHANNEL, **KEEPING[bool(client)]})
    told_apart(server, loadgen_run, **client)
    assert server.stats()["daemon spawns"] == 2


@pytest.mark.parametrize("keep_alive", [False, True])
@pytest.mark.parametrize("fault", ["before-reply = 0.5% wrong-id", "before-reply = 0.5% duplicate",
                                   "before-reply = 0.5% extra-line(STRAY)",
                                   "before-reply = 0.5% garbage(50)", "after-read = 0.3% exit(3)",
                                   "before-reply = 20% dribble(9,100us)"])
def test_faults_cost_clients_an_error_reply_and_never_a_wrong_one(
        iotcpd, channel, loadgen_run, fault, keep_alive):
    daemon = channel(latency="exp(2ms)", fault=fault, seed=5)
    keeping = KEEPING[keep_alive]
    server = iotcpd(str(daemon), 2, options={**CHANNEL, **keeping})
    server.expect_log("condemned: ", "exited with code", "keeps dying")
    told_apart(server, loadgen_run, allowed={"ok", "error-reply"}, **keeping)
    assert daemon.wait_journal("fault", 1)


@pytest.mark.parametrize("fault, cause", [
    ("wrong-id", "unknown-id"), ("duplicate", "unknown-id"), ("extra-line(7 STRAY)", "unknown-id"),
    ("oversize(100000)", "oversize-reply")])
def test_a_daemon_that_breaks_the_protocol_is_condemned(iotcpd, channel, fault, cause):
    daemon = channel(obey_requests=True)
    server = iotcpd(str(daemon), 1, options=CHANNEL).expect_log("condemned: ")
    gate = Gate(daemon)
    held = server.client().send(gate.request())
    gate.wait_reached()
    server.client().send(b"x @before-reply=%b\n" % fault.encode()).recv_to_eof()
    assert held.recv_to_eof() == ERROR_REPLY
    server.wait_stats(lambda stats: stats["daemon spawns"] == 2 and stats[f"condemned {cause}"] == 1)
    assert server.ask(b"after\n") == b"after\n"


def test_a_daemon_that_dies_with_many_requests_costs_each_of_them_the_error_reply(iotcpd, channel):
    daemon = channel(obey_requests=True)
    server = iotcpd(str(daemon), 1, options=CHANNEL).expect_log("killed by signal")
    gate = Gate(daemon)
    clients = [server.client().send(gate.request(b"%d" % number)) for number in range(20)]
    server.wait_stats(lambda _: server.registers()[0]["outstanding"] == 20)
    os.kill(server.daemon_pids()[0], signal.SIGKILL)
    assert {client.recv_to_eof() for client in clients} == {ERROR_REPLY}
    stats = server.wait_stats(lambda stats: stats["daemon deaths"] == 1).check_law()
    assert stats["failed daemon-death"] == 20


def test_what_was_not_yet_written_to_a_dead_daemon_is_served_by_another(iotcpd, channel):
    server = iotcpd(str(channel()), 1, options={**CHANNEL, "keep_alive": True}).expect_log("killed by signal")
    daemon = server.daemon_pids()[0]
    os.kill(daemon, signal.SIGSTOP)
    lines = [unique_request("x" * 3900) for _ in range(32)]
    with server.client() as client:
        client.send(b"".join(lines))
        server.wait_stats(lambda _: server.registers()[0]["outstanding"] == len(lines))
        os.kill(daemon, signal.SIGKILL)
        replies = [client.recv_line() for _ in lines]
    for line, reply in zip(lines, replies):
        assert_own(line, reply, or_error=True)
    written = replies.count(ERROR_REPLY)
    assert replies[:written] == [ERROR_REPLY] * written
    assert written <= 65536 // len(lines[0]) + 1, "the pipe takes no more, and nothing was lost but that"


def test_each_request_of_a_stopped_daemon_has_its_own_busy_timeout(iotcpd, channel):
    daemon = channel()
    server = iotcpd(str(daemon), 1, options={**CHANNEL, "busy_timeout": "600ms", "trace": True})
    server.expect_log("condemned: ")
    stopped = server.daemon_pids()[0]
    os.kill(stopped, signal.SIGSTOP)
    first = [server.client().send(b"first\n") for _ in range(5)]
    server.wait_stats(lambda _: server.registers()[0]["outstanding"] == 5)
    assert first[0].recv_to_eof() == ERROR_REPLY
    assert server.ask(b"next\n") == b"next\n"
    assert {client.recv_to_eof() for client in first[1:]} == {ERROR_REPLY}
    stats = server.wait_stats(lambda stats: stats["daemon spawns"] == 2).check_law()
    assert (stats["queries timeout"], stats["condemned timeout"]) == (5, 1)
    for line in server.trace(6):
        assert (line["pid"] == stopped) == (line["cause"] == "busy-timeout")
    os.kill(stopped, signal.SIGCONT)
    server.wait_stats(lambda stats: stats["daemon S_STOPPING"] == 0)


def test_a_late_reply_is_nobodys_and_the_others_of_its_daemon_are_served(iotcpd, channel):
    daemon = channel(obey_requests=True)
    server = iotcpd(str(daemon), 1, options={**CHANNEL, "busy_timeout": "1s"})
    server.expect_log("condemned: ")
    gate, other = Gate(daemon, "late"), Gate(daemon, "other")
    late = server.client().send(gate.request(b"late"))
    gate.wait_reached()
    server.wait_stats(lambda _: server.registers()[0]["busy_ms"] > 500)
    line = other.request(unique_request().rstrip())
    served = server.client().send(line)
    other.wait_reached()
    assert late.recv_to_eof() == ERROR_REPLY
    gate.release()
    other.release()
    assert_own(line, served.recv_to_eof())
    stats = server.wait_stats(lambda stats: stats["daemon S_STOPPING"] == 0).check_law()
    assert (stats["condemned timeout"], stats["condemned unknown-id"]) == (1, 0)


def test_a_refresh_under_load_loses_nothing(iotcpd, channel, loadgen_run):
    daemon = channel(latency="exp(3ms)")
    server = iotcpd(str(daemon), 3, options={**CHANNEL, "keep_alive": True})
    before = set(server.daemon_pids())
    done = in_parallel(lambda task: task(), [
        lambda: told_apart(server, loadgen_run, keep_alive=True, requests=6000),
        lambda: server.signal(signal.SIGHUP)], 2)
    assert len(done) == 2
    server.wait_log("refresh done", within=20)
    stats = server.wait_stats(lambda stats: stats["daemon S_STOPPING"] == 0).check_law()
    assert stats["queries failed"] == stats["queries timeout"] == 0
    assert not before & set(server.daemon_pids())


def test_a_drain_answers_what_daemons_have(iotcpd, channel):
    daemon = channel(obey_requests=True)
    server = iotcpd(str(daemon), 1, options=CHANNEL)
    gate = Gate(daemon)
    lines = [gate.request(unique_request().rstrip()) for _ in range(10)]
    clients = [server.client().send(line) for line in lines]
    server.wait_stats(lambda _: server.registers()[0]["outstanding"] == 10)
    server.signal(signal.SIGTERM)
    for _ in lines:  # In the order in which the daemon has them, which need not be that of the clients.
        gate.release()
    for line, client in zip(lines, clients):
        assert_own(line, client.recv_to_eof())
    assert server.wait_exit() == 0


def test_a_client_that_leaves_leaves_nothing_for_another(iotcpd, channel):
    daemon = channel(obey_requests=True)
    server = iotcpd(str(daemon), 1, options=CHANNEL)
    gate = Gate(daemon)
    leaving = server.client().send(gate.request(b"left"))
    gate.wait_reached()
    leaving.reset()
    server.wait_stats(lambda stats: stats["unknown reset"] == 1)
    line = unique_request()
    assert_own(line, server.ask(line))
    gate.release()
    eventually(lambda: server.registers()[0]["served"] == 2, 5)
    stats = server.stats().check_law()
    assert stats["daemon spawns"] == 1 and stats["daemon S_AVAILABLE"] == 1


def test_a_helper_written_for_squid_is_served_as_it_is(iotcpd, tmp_path):
    helper = tmp_path / "upper-case"
    helper.write_text(UPPER_CASE)
    helper.chmod(0o755)
    server = iotcpd(str(helper), 2, options={**CHANNEL, "probe": "ping", "probe_expect": "^OK PING$"})
    words = [b"word%d and more\n" % number for number in range(200)]
    assert in_parallel(server.ask, words, 20) == [b"OK " + word.upper() for word in words]
    stats = server.stats().check_law()
    assert stats["daemon spawns"] == 2


def test_what_a_retired_daemon_is_stopped_for_is_in_the_log(iotcpd, tmp_path):
    helper = tmp_path / "silent"
    helper.write_text(SILENT_UNTIL_TOLD)
    helper.chmod(0o755)
    server = iotcpd(str(helper), 1, options=CHANNEL).expect_log("condemned: unknown-id")
    (retired,) = server.daemon_pids()
    server.wait_log(f"pid {retired} stderr: listening")
    client = server.client().send(b"never answered\n")
    server.wait_stats(lambda stats: server.registers()[0]["outstanding"] == 1)
    server.signal(signal.SIGHUP)
    server.wait_stats(lambda stats: stats["daemon retired"] == 1)
    os.kill(retired, signal.SIGUSR1)
    assert client.recv_to_eof() == ERROR_REPLY
    server.wait_log(f"pid {retired} condemned: unknown-id")
    stats = server.stats().check_law()
    assert stats["condemned unknown-id"] == 0, "it was counted as retired"
