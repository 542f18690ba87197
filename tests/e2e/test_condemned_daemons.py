"""Daemons whose output can no longer be trusted: condemned, replaced, and no word of theirs gets out."""

import os

import pytest

from pytest_iotcpd import eventually, proc
from pytest_iotcpd.window import takes

timing = pytest.mark.xdist_group("timing")


def test_a_daemon_that_writes_while_idle_is_condemned_at_once_without_any_client(iotcpd, fake):
    daemon = fake(obey_requests=True)
    server = iotcpd(str(daemon), 1).expect_log("condemned: stray-output", "killed by signal",
                                               "exited with")
    old = server.daemon_pids()[0]
    request = b"@after-reply=late(STRAY,100ms)\n"
    with takes(0.1):
        assert server.ask(request) == request
        server.wait_log(rf"daemon\[0\] pid {old} condemned: stray-output")
    server.wait_stats(lambda stats: stats["daemon spawns"] == 2 and stats["daemon S_AVAILABLE"] == 1)
    assert server.ask(b"next\n") == b"next\n"
    eventually(lambda: not proc.alive(old), 5, "the condemned daemon ends")
    stats = server.stats().check_law()
    assert stats["condemned stray-output"] == 1
    assert stats["queries replied"] == stats["queries total"] == 2
    assert [stray["pid"] for stray in daemon.journal("stray")] == [old]


def test_no_client_sees_a_byte_of_a_daemon_that_chatters_from_its_start(iotcpd, fake):
    daemon = fake(fault="idle = chatter(20ms)")
    server = iotcpd(str(daemon), 2, wait_ready=False,
                    options={"alarm_interval": "50ms"}).wait_listening()
    server.expect_log("condemned: stray-output", "killed by signal", "exited with", "keeps dying")
    server.wait_log("condemned: stray-output")
    replies = {}
    for number in range(20):
        request = b"request %d\n" % number
        replies[request] = server.ask(request)
    assert all(reply in (request, b"ERR\n") for request, reply in replies.items()), replies
    server.wait_log("keeps dying without having served")
    condemned = server.stats().check_law()["condemned stray-output"]
    eventually(lambda: len({stray["pid"] for stray in daemon.journal("stray")}) >= condemned)


def test_a_reply_beyond_the_limit_is_an_error_reply_and_the_daemon_is_condemned(iotcpd, fake):
    daemon = fake(fault="before-reply = oversize(65537)")
    server = iotcpd(str(daemon), 1).expect_log(
        "condemned: oversize-reply", "killed by signal", "exited with", "keeps dying")
    assert server.ask(b"large?\n") == b"ERR\n"
    (event,) = daemon.journal("fault")
    server.wait_log(rf"daemon\[0\] pid {event['pid']} condemned: oversize-reply")
    stats = server.stats().check_law()
    assert stats["condemned oversize-reply"] == stats["failed oversize-reply"] == 1
    assert stats["queries failed"] == 1


def test_a_reply_of_just_the_limit_is_delivered(iotcpd, fake):
    server = iotcpd(str(fake(fault="before-reply = oversize(65536)")), 1)
    assert server.ask(b"large?\n") == b"large?" + b"x" * 65529 + b"\n"
    assert server.stats().check_law()["queries replied"] == 1


def test_a_daemon_that_never_reads_is_timed_out(iotcpd, fake):
    daemon = fake(fault="startup = stop-reading")
    server = iotcpd(str(daemon), 1, options={"busy_timeout": "200ms", "max_request": "1MiB"})
    server.expect_log("condemned: timeout", "killed by signal", "exited with")
    daemon.wait_journal("fault", action="stop-reading")
    with takes(0.2):
        assert server.ask(b"x" * 500_000 + b"\n") == b"ERR\n"
    server.wait_stats(lambda stats: stats["condemned timeout"] == 1 and stats["daemon S_STOPPING"] == 0)
    assert not daemon.journal("recv")


@timing
def test_a_request_larger_than_a_pipe_for_a_daemon_that_stops_reading_harms_nobody_else(iotcpd, fake):
    daemon = fake()
    server = iotcpd(str(daemon), 2, options={
        "busy_timeout": "1s", "max_request": "1MiB", "max_reply": "1MiB"})
    server.expect_log("condemned: timeout", "killed by signal", "exited with")
    assert server.ask(b"first\n") == b"first\n"
    # The one that was returned last is handed out first.
    daemon.control_of(daemon.journal("recv")[0]["pid"], "fault before-read = stop-reading")
    with server.client() as stuck:
        with takes(1.0):
            stuck.send(b"x" * 500_000 + b"\n")
            server.wait_stats(lambda stats: stats["daemon S_BUSY"] == 1)
            large = b"y" * 300_000 + b"\n"
            for request in (b"small\n", large) * 5:
                assert server.ask(request) == request
            assert server.stats()["queries timeout"] == 0, "too slow to have been beside the stuck one"
            assert stuck.recv_to_eof() == b"ERR\n"
    stats = server.stats().check_law()
    assert (stats["queries replied"], stats["queries timeout"]) == (11, 1)
    assert daemon.fired("stop-reading") == 1


@pytest.mark.parametrize("size", [4096, 65536, 65537, 1 << 20])
def test_a_request_larger_than_a_pipe_reaches_a_daemon_that_reads_whole(iotcpd, size):
    server = iotcpd("cat", 1, options={"max_request": "1MiB", "max_reply": "1MiB"})
    request = bytes(range(33, 123)) * (size // 90 + 1)
    request = request[:size - 1] + b"\n"
    assert server.ask(request) == request
    assert server.ask(b"next\n") == b"next\n"


def test_a_daemon_that_closes_its_stdout_and_lives_on_is_condemned(iotcpd, fake):
    daemon = fake(fault="after-reply = 1* close-stdout")
    server = iotcpd(str(daemon), 1).expect_log(
        "condemned: closed-stdout", "killed by signal", "exited with")
    assert server.ask(b"last words\n") == b"last words\n"
    server.wait_log("condemned: closed-stdout")
    server.wait_stats(lambda stats: stats["daemon S_AVAILABLE"] == 1 and stats["daemon spawns"] == 2)
    assert server.ask(b"next\n") == b"next\n"


def test_a_daemon_that_closes_its_stdin_is_replaced_and_its_request_ends_in_time(iotcpd):
    server = iotcpd("sh -c 'exec <&-; exec sleep 1000'", 1, options={
        "busy_timeout": "500ms", "queue_timeout": "300ms", "alarm_interval": "5s"})
    server.expect_log("condemned: (broken-stdin|timeout)", "keeps dying", "killed by signal", "exited with")
    # Closed once /bin/sleep runs: then nobody reads what the redirector writes.
    eventually(lambda: server.daemon_pids() and all(
        proc.command_line(pid)[:1] == ["sleep"] for pid in server.daemon_pids()), 5, "sleep runs")
    with takes(0, margin_s=1.5):
        assert server.ask(b"hello\n") == b"ERR\n"
    server.wait_stats(lambda stats: stats["condemned broken-stdin"] >= 1)
    server.stats().check_law()


@timing
def test_a_condemned_daemon_is_counted_apart_until_it_has_ended(iotcpd, fake):
    daemon = fake(fault="after-read = match(/hang/) hang")
    server = iotcpd(str(daemon), 3, options={"busy_timeout": "100ms"})
    server.expect_log("condemned: timeout", "killed by signal", "exited with")
    assert server.ask(b"hang\n") == b"ERR\n"
    # It sleeps through the end of its stdin and goes with TERM, 500 ms later.
    stats = server.stats()
    assert stats["daemon S_STOPPING"] == 1
    slots = ("daemon S_AVAILABLE", "daemon S_BUSY", "daemon S_SPAWNING", "daemon S_STARTING")
    assert sum(stats[label] for label in slots) == 3
    stats = server.wait_stats(lambda stats: stats["daemon S_STOPPING"] == 0)
    assert stats["daemon S_AVAILABLE"] == 3
    assert len(server.daemon_pids()) == 3
    assert [ended["reason"] for ended in daemon.journal("exit")] == ["term"]


def test_a_request_unread_behind_a_closed_stdin_goes_to_the_next_daemon_at_once(iotcpd, tmp_path):
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    command = "[ $IOTCPD_WORKER = 0 ] && exec cat; read -r line <$0; exec <&-; exec sleep 1000"
    server = iotcpd(f"sh -c '{command}' {fifo}", 2, options={"busy_timeout": "1h"})
    server.expect_log("condemned: broken-stdin")
    server.wait_stats(lambda stats: stats["daemon S_AVAILABLE"] == 2)
    with server.client() as client:
        client.send(b"mine\n")
        server.wait_stats(lambda stats: stats["daemon S_BUSY"] == 1)
        fifo.write_text("close\n")
        assert client.recv_to_eof() == b"mine\n"
    server.wait_stats(lambda stats: stats["condemned broken-stdin"] == 1)
