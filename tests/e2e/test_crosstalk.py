"""Cross-talk: whatever a daemon or another client does, no client sees a byte that is not its own.

Every request carries a token of its own and is echoed, and every client checks every byte.
"""

import random

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


def test_a_client_gone_while_its_daemon_works_leaves_nothing_for_the_next(iotcpd, fake):
    daemon = fake(obey_requests=True)
    server = iotcpd(str(daemon), 1, options=PATIENT)
    for number in range(5):
        gate = Gate(daemon, f"gate{number}")
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
    assert stats["daemon spawns"] == 1 and len(daemon.wait_journal("reply", 10)) == 10


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
def test_a_dribbled_reply_arrives_whole_and_at_its_client(iotcpd, fake, clients):
    daemon = fake(fault="before-reply = dribble(1, 200us)")
    server = iotcpd(str(daemon), 3, options=PATIENT)
    ask_at_once(server, requests(36), clients)
    assert server.stats().check_law()["daemon spawns"] == 3
    assert daemon.fired("dribble") == 36


@pytest.mark.parametrize("clients", [1, 6])
def test_a_stray_line_in_the_replys_own_write_reaches_nobody(iotcpd, fake, clients):
    daemon = fake(fault="before-reply = extra-line(STRAY)")
    server = iotcpd(str(daemon), 2, options=PATIENT).expect_log(*CONDEMNED)
    lines = requests(30)
    ask_at_once(server, lines, clients)
    stats = server.stats().check_law()
    assert stats["condemned stray-output"] == len(lines) == daemon.fired("extra-line")


def test_a_stray_line_in_a_second_write_reaches_no_later_serial_client(iotcpd, fake):
    daemon = fake(fault="after-reply = extra-line(STRAY)")
    server = iotcpd(str(daemon), 1, options=PATIENT)
    server.expect_log(*CONDEMNED)
    count = 30
    for number, line in enumerate(requests(count), start=1):
        assert_own(line, server.ask(line))
        # Go on as soon as the stray line is in the pipe.
        daemon.wait_journal("stray", number)
    stats = server.wait_stats(lambda stats: stats["condemned stray-output"] == count).check_law()
    assert stats["queries replied"] == daemon.fired("extra-line") == count


def rests_outlived(daemon, settle_s):
    """The pids of daemons that, on a busy machine, wrote their stray line only after the settle
    time: that one cannot be told from a reply, by anybody."""
    replied_ns, found = {}, set()
    for line in daemon.journal():
        if line["event"] == "reply":
            replied_ns[line["pid"]] = line["t_ns"]
        elif line["event"] == "stray" and line["t_ns"] - replied_ns[line["pid"]] >= settle_s * 1e9:
            found.add(line["pid"])
    return found


def assert_nothing_strayed(server, daemon, settle_s, lines, replies, **settings):
    """Each reply is its client's own; but for lines that came too late to be noticed, from the
    daemon which that client was given."""
    too_late = rests_outlived(daemon, settle_s)
    served_by = {query["request"].split()[0]: query["pid"] for query in server.trace()}
    for line, reply in zip(lines, replies):
        if not (reply == b"STRAY\n" and served_by[line.split()[0].decode()] in too_late):
            assert_own(line, reply, **settings)


def ask_daemons_that_write_late(server, daemon, settle_s, count=48):
    lines = requests(count)
    replies = in_parallel(server.ask, lines)
    server.trace(count)
    assert_nothing_strayed(server, daemon, settle_s, lines, replies)
    own = sum(reply == line for line, reply in zip(lines, replies))
    assert own >= count // 2
    # One that is late itself may have answered twice before its first stray line.
    served = {reply["pid"] for reply in daemon.wait_journal("reply", own)}
    assert len(served) >= count // 2
    server.wait_stats(lambda stats: stats["condemned stray-output"] == len(served)).check_law()


@pytest.mark.parametrize("late, settle_s", [("0ms", 0.02), ("50ms", 0.2)])
def test_a_stray_line_in_a_later_write_reaches_none_of_six_clients_with_settle(
        iotcpd, fake, late, settle_s):
    daemon = fake(fault=f"after-reply = late(STRAY, {late})")
    server = iotcpd(str(daemon), 4, options={**PATIENT, "settle": f"{settle_s}s", "trace": True})
    server.expect_log(*CONDEMNED)
    ask_daemons_that_write_late(server, daemon, settle_s)


def test_a_settled_daemon_rests_and_serves_on(iotcpd):
    """The negative twin: daemons that add nothing are not condemned for resting."""
    server = iotcpd("cat", 4, options={**PATIENT, "settle": "20ms"})
    ask_at_once(server, requests(60))
    stats = server.stats().check_law()
    assert (stats["daemon spawns"], stats["queries replied"]) == (4, 60)


@pytest.mark.parametrize("size", [1, 2])
def test_a_reply_after_the_timeout_reaches_nobody(iotcpd, fake, size):
    daemon = fake(obey_requests=True)
    server = iotcpd(str(daemon), size, options={**PATIENT, "busy_timeout": "1s", "trace": True})
    server.expect_log(*CONDEMNED)
    for _ in range(2):
        assert server.ask(unique_request("@before-reply=sleep(1200ms)")) == ERROR_REPLY
        ask_one_after_the_other(server, requests(3))
    stats = server.stats().check_law()
    assert (stats["queries timeout"], stats["queries replied"]) == (2, 6)
    queries = server.trace(8)
    for timed_out in (query for query in queries if query["outcome"] == "timeout"):
        later = [query for query in queries if query["pid"] == timed_out["pid"]
                 and query["handed_out_ns"] > timed_out["handed_out_ns"]]
        assert not later, "a daemon served on after its timeout"
        assert len(daemon.journal("fault", pid=timed_out["pid"], action="sleep")) == 1


@pytest.mark.parametrize("clients", [1, 6])
def test_a_daemon_that_closes_stdout_gives_the_error_reply_and_is_replaced(iotcpd, fake, clients):
    daemon = fake(fault="before-reply = close-stdout")
    server = iotcpd(str(daemon), 2, options=PATIENT).expect_log(*CONDEMNED)
    replies = in_parallel(server.ask, requests(12), clients)
    assert replies == [ERROR_REPLY] * 12
    assert server.stats().check_law()["queries failed"] == 12


def test_a_daemon_that_closes_stdout_after_its_reply_is_replaced(iotcpd, fake):
    daemon = fake(fault="after-reply = close-stdout")
    server = iotcpd(str(daemon), 2, options=PATIENT).expect_log(*CONDEMNED)
    # It may be handed a request while it closes: then the error reply is right, and nothing else.
    replies = ask_one_after_the_other(server, requests(20), or_error=True)
    own = sum(reply != ERROR_REPLY for reply in replies)
    assert own >= 10 and daemon.wait_journal("fault", own, action="close-stdout")
    server.stats().check_law()


@pytest.mark.parametrize("clients", [1, 6])
def test_half_a_line_of_a_daemon_that_exits_reaches_nobody(iotcpd, fake, clients):
    daemon = fake(fault="mid-reply(20) = exit(0)")  # the newline is the 21st byte
    server = iotcpd(str(daemon), 2, options=PATIENT).expect_log(*CONDEMNED)
    replies = in_parallel(server.ask, requests(12), clients)
    assert replies == [ERROR_REPLY] * 12
    assert server.stats().check_law()["failed daemon-death"] == 12 == daemon.fired("exit")


# -- everything at once ------------------------------------------------------------------------

@pytest.mark.parametrize("seed", [1, 2])
def test_a_bad_day_lets_no_client_see_anothers_bytes(iotcpd, fake, seed):
    """Good requests among every fault at once, with clients that leave, six beside each other."""
    daemon = fake(obey_requests=True)
    server = iotcpd(str(daemon), 6, options={
        **PATIENT, "busy_timeout": "2s", "settle": "60ms", "max_reply": "4KiB", "trace": True})
    server.expect_log(*CONDEMNED)
    harmless = ["", "@after-read=sleep(10ms)", "@before-reply=dribble(1,200us)"]
    harmful = ["@before-reply=extra-line(EXTRA)", "@after-reply=late(STRAY,20ms)",
               "@mid-reply(20)=exit(0)", "@after-read=exit(3)", "@before-reply=close-stdout",
               "@after-reply=exit(0)", "@before-reply=oversize(5000)"]
    stream = random.Random(seed)
    words = (stream.choices(harmless, k=60) + stream.choices(harmful, k=30) + harmful
             + ["@after-read=hang", "@mid-reply(20)=hang"])
    stream.shuffle(words)
    lines = [unique_request(word) for word in words]
    leaving = {line for line in lines if stream.random() < 0.1}

    def one_client(line):
        if line in leaving:
            server.client().send(line).reset()
            return None
        return server.ask(line + b"SECOND " + line)

    replies = in_parallel(one_client, lines)
    stats = server.wait_stats(lambda stats: stats.in_flight == 0, within=20).check_law()
    answered = [(line, reply) for line, reply in zip(lines, replies) if reply is not None]
    assert_nothing_strayed(server, daemon, 0.06, *zip(*answered), or_error=True)
    assert stats["queries timeout"] and stats["queries failed"] and stats["queries replied"] >= 20
    assert stats["condemned stray-output"] and stats["condemned timeout"]
    assert {fault["action"] for fault in daemon.journal("fault")} == {
        "sleep", "dribble", "extra-line", "late", "exit", "close-stdout", "oversize", "hang"}
