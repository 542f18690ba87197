"""Cross-talk: whatever a daemon or another client does, no client sees a byte that is not its own.

Every request carries a token of its own and is echoed, and every client checks every byte.
"""

import random
import re

import pytest

from pytest_iotcpd import ERROR_REPLY, assert_own, eventually, in_parallel, unique_request
from pytest_iotcpd.gate import Gate

#: Long waits in the queue are no fault here, and a successor is wanted soon.
PATIENT = {"queue_timeout": "30s", "alarm_interval": "20ms"}
CONDEMNED = ("condemned: ", "exited with code", "killed by signal", "keeps dying")


def ask_one_after_the_other(server, requests, or_error=False):
    replies = []
    for request in requests:
        replies.append(server.ask(request))
        assert_own(request, replies[-1], or_error)
    return replies


def ask_at_once(server, requests, clients=6, or_error=False):
    replies = in_parallel(server.ask, requests, workers=clients)
    for request, reply in zip(requests, replies):
        assert_own(request, reply, or_error)
    return replies


def requests(count, words=""):
    return [unique_request(words) for _ in range(count)]


# -- what a client can do ----------------------------------------------------------------------

@pytest.mark.parametrize("clients", [1, 6])
def test_a_second_line_in_a_clients_write_reaches_neither_daemon_nor_client(
        iotcpd, tmp_path, clients):
    seen = tmp_path / "seen"
    server = iotcpd(f"tee -a {seen}", 2)

    def ask_with_a_second_line(request):
        return server.ask(request + b"SECOND " + request)

    lines = requests(60)
    assert in_parallel(ask_with_a_second_line, lines, clients) == lines
    server.stop()
    assert sorted(seen.read_bytes().splitlines(keepends=True)) == sorted(lines)


def test_a_client_gone_while_its_daemon_works_leaves_nothing_for_the_next(iotcpd, faulty, tmp_path):
    server = iotcpd(faulty("gate"), 1, options=PATIENT)
    for number in range(5):
        gate = Gate(tmp_path, f"gate{number}")
        leaving = server.client().send(gate.request(unique_request().rstrip()))
        server.wait_stats(lambda stats: stats["daemon S_BUSY"] == 1)
        leaving.reset()
        server.wait_stats(lambda stats, left=number + 1: stats["unknown reset"] == left)
        line = unique_request()
        following = server.client().send(line)
        server.wait_stats(lambda stats: stats["queue depth"] == 1)
        gate.release()
        assert_own(line, following.recv_to_eof())
    stats = server.stats().check_law()
    assert (stats["queries replied"], stats["queries unknown"]) == (5, 5)
    assert stats["daemon spawns"] == 1


def test_clients_gone_in_mid_request_leave_nothing_for_the_next(iotcpd):
    server = iotcpd("cat", 1)
    for number in range(20):
        half = server.client().send(unique_request("half a request").rstrip())
        server.wait_stats(lambda stats: stats.in_flight == 1)
        half.reset() if number % 2 else half.half_close().recv_to_eof()
        ask_one_after_the_other(server, requests(1))
    stats = server.wait_stats(lambda stats: stats.in_flight == 0).check_law()
    assert stats.outcomes == (20, 0, 10, 10)


# -- what a daemon can do ----------------------------------------------------------------------

@pytest.mark.parametrize("clients", [1, 6])
def test_a_dribbled_reply_arrives_whole_and_at_its_client(iotcpd, faulty, clients):
    server = iotcpd(faulty("dribble", 0.2), 3, options=PATIENT)
    ask_at_once(server, requests(36), clients)
    assert server.stats().check_law()["daemon spawns"] == 3


@pytest.mark.parametrize("clients", [1, 6])
def test_a_stray_line_in_the_replys_own_write_reaches_nobody(iotcpd, faulty, clients):
    server = iotcpd(faulty("stray_same_write"), 2, options=PATIENT).expect_log(*CONDEMNED)
    lines = requests(30)
    ask_at_once(server, lines, clients)
    stats = server.stats().check_law()
    assert stats["condemned stray-output"] == len(lines)


def test_a_stray_line_in_a_second_write_reaches_no_later_serial_client(iotcpd, faulty, tmp_path):
    written = tmp_path / "written"
    server = iotcpd(faulty("stray_second_write", written), 1, options=PATIENT)
    server.expect_log(*CONDEMNED)
    count = 30
    for number, line in enumerate(requests(count), start=1):
        assert_own(line, server.ask(line))
        # Go on as soon as the stray line is in the pipe, or has been found there.
        eventually(lambda: line in written.read_bytes()
                   or server.log_contains("condemned: stray-output", number), what="a stray line")
    server.wait_stats(lambda stats: stats["condemned stray-output"] == count)
    server.stats().check_law()


def came_after(settle_s, reply):
    """Is this a stray line that its daemon, on a busy machine, wrote only after the settle time?
    That one cannot be told from a reply, by anybody. The line itself says how late it was."""
    late = re.match(rb"STRAY ([0-9.]+) s after ", reply)
    return late is not None and float(late[1]) >= settle_s


def ask_daemons_that_write_late(server, settle_s, count=48):
    lines = requests(count)
    replies = in_parallel(server.ask, lines)
    for line, reply in zip(lines, replies):
        if not came_after(settle_s, reply):
            assert_own(line, reply)
    own = sum(reply == line for line, reply in zip(lines, replies))
    assert own >= count // 2
    server.wait_stats(lambda stats: stats["condemned stray-output"] >= own).check_law()


def test_a_stray_line_in_a_second_write_reaches_none_of_six_clients_with_settle(iotcpd, faulty):
    server = iotcpd(faulty("late_writer", 0), 4, options={**PATIENT, "settle": "20ms"})
    server.expect_log(*CONDEMNED)
    ask_daemons_that_write_late(server, 0.02)


def test_a_stray_line_50_ms_later_reaches_none_of_six_clients_with_settle(iotcpd, faulty):
    server = iotcpd(faulty("late_writer", 50), 4, options={**PATIENT, "settle": "200ms"})
    server.expect_log(*CONDEMNED)
    ask_daemons_that_write_late(server, 0.2)


def test_a_settled_daemon_rests_and_serves_on(iotcpd):
    """The negative twin: daemons that add nothing are not condemned for resting."""
    server = iotcpd("cat", 4, options={**PATIENT, "settle": "20ms"})
    ask_at_once(server, requests(60))
    stats = server.stats().check_law()
    assert (stats["daemon spawns"], stats["queries replied"]) == (4, 60)


@pytest.mark.parametrize("size", [1, 2])
def test_a_reply_after_the_timeout_reaches_nobody(iotcpd, faulty, size):
    server = iotcpd(faulty("slow"), size, options={**PATIENT, "busy_timeout": "1s", "trace": True})
    server.expect_log(*CONDEMNED)
    for _ in range(2):
        assert server.ask(unique_request("sleep=1.2")) == ERROR_REPLY
        ask_one_after_the_other(server, requests(3))
    stats = server.stats().check_law()
    assert (stats["queries timeout"], stats["queries replied"]) == (2, 6)
    queries = server.trace(8)
    for timed_out in (query for query in queries if query["outcome"] == "timeout"):
        later = [query for query in queries if query["pid"] == timed_out["pid"]
                 and query["handed_out_ns"] > timed_out["handed_out_ns"]]
        assert not later, "a daemon served on after its timeout"


@pytest.mark.parametrize("clients", [1, 6])
def test_a_daemon_that_closes_stdout_gives_the_error_reply_and_is_replaced(iotcpd, faulty, clients):
    server = iotcpd(faulty("close_stdout"), 2, options=PATIENT).expect_log(*CONDEMNED)
    replies = in_parallel(server.ask, requests(12), clients)
    assert replies == [ERROR_REPLY] * 12
    assert server.stats().check_law()["queries failed"] == 12


def test_a_daemon_that_closes_stdout_after_its_reply_is_replaced(iotcpd, faulty):
    server = iotcpd(faulty("close_stdout", "after"), 2, options=PATIENT).expect_log(*CONDEMNED)
    # It may be handed a request while it closes: then the error reply is right, and nothing else.
    replies = ask_one_after_the_other(server, requests(20), or_error=True)
    assert sum(reply != ERROR_REPLY for reply in replies) >= 10
    server.stats().check_law()


@pytest.mark.parametrize("clients", [1, 6])
def test_half_a_line_of_a_daemon_that_exits_reaches_nobody(iotcpd, faulty, clients):
    server = iotcpd(faulty("half_line_exit"), 2, options=PATIENT).expect_log(*CONDEMNED)
    replies = in_parallel(server.ask, requests(12), clients)
    assert replies == [ERROR_REPLY] * 12
    assert server.stats().check_law()["failed daemon-death"] == 12


# -- everything at once ------------------------------------------------------------------------

@pytest.mark.parametrize("seed", [1, 2])
def test_a_bad_day_lets_no_client_see_anothers_bytes(iotcpd, faulty, seed):
    """Good requests among every fault at once, with clients that leave, six beside each other."""
    server = iotcpd(faulty("obedient"), 6, options={
        **PATIENT, "busy_timeout": "2s", "settle": "60ms", "max_reply": "4KiB", "trace": True})
    server.expect_log(*CONDEMNED)
    harmless = ["", "@sleep=0.01", "@dribble=0.0002"]
    harmful = ["@twice", "@stray=0.02", "@half-exit", "@exit=3", "@close", "@then-exit=0",
               "@bytes=5000"]
    stream = random.Random(seed)
    words = (stream.choices(harmless, k=60) + stream.choices(harmful, k=30) + harmful
             + ["@hang", "@half"])
    stream.shuffle(words)
    lines = [unique_request(word) for word in words]
    leaving = {line for line in lines if stream.random() < 0.1}

    def one_client(line):
        if line in leaving:
            server.client().send(line).reset()
            return None
        return server.ask(line + b"SECOND " + line)

    replies = in_parallel(one_client, lines)
    for line, reply in zip(lines, replies):
        if reply is not None and not came_after(0.06, reply):
            assert_own(line, reply, or_error=True)
    stats = server.wait_stats(lambda stats: stats.in_flight == 0, within=20).check_law()
    assert stats["queries timeout"] and stats["queries failed"] and stats["queries replied"] >= 20
    assert stats["condemned stray-output"] and stats["condemned timeout"]
