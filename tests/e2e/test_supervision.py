"""Daemons that die, hang, babble or do not stop: right state, right message, the rest unharmed."""

import datetime
import re
import shlex
import signal

import pytest

from pytest_iotcpd import WHO, eventually, proc, scaled
from pytest_iotcpd.background_load import BackgroundLoad
from pytest_iotcpd.deadline import Stopwatch
from pytest_iotcpd.deaths import ANSWERS_ONCE, DIED, ended, reap_orphans
from pytest_iotcpd.gate import Gate
from pytest_iotcpd.window import assert_window, takes

timing = pytest.mark.xdist_group("timing")


def logged_at(line):
    return datetime.datetime.fromisoformat(line.partition(" ")[0].replace("Z", "+00:00"))


# -- cannot be started -------------------------------------------------------------------------

@pytest.mark.not_under_valgrind("it makes forks of vforks: that a program cannot be executed is never told")
@pytest.mark.parametrize("kind, reason", [
    ("missing", "No such file or directory"), ("not-executable", "Permission denied"),
    ("folder", "Permission denied")])
def test_a_daemon_that_cannot_be_started_ends_iotcpd_with_69_and_its_name(
        iotcpd_run, tmp_path, kind, reason):
    program = tmp_path / kind
    if kind == "not-executable":
        program.write_text("#!/bin/sh\nexec cat\n")
    elif kind == "folder":
        program.mkdir()
    ended = iotcpd_run("-d", program, "-n", "2", "-p", "0")
    assert ended.returncode == 69
    lines = [line for line in ended.stderr.decode().splitlines() if str(program) in line]
    assert lines and reason in lines[0], ended.stderr
    assert b"iotcpd ready" not in ended.stdout


@pytest.mark.not_under_valgrind("it makes forks of vforks: that a program cannot be executed is never told")
def test_a_program_not_found_in_the_path_is_named(iotcpd_run):
    ended = iotcpd_run("-d", "no-such-daemon --with arguments", "-p", "0")
    assert ended.returncode == 69
    assert re.search(rb"no-such-daemon.*No such file or directory", ended.stderr), ended.stderr


@pytest.mark.not_under_valgrind("it makes forks of vforks: that a program cannot be executed is never told")
def test_a_daemon_that_vanishes_while_running_is_tried_again_until_it_is_back(iotcpd, tmp_path):
    program = tmp_path / "vanishing"
    program.symlink_to("/bin/cat")
    server = iotcpd(str(program), 1, options={"alarm_interval": "100ms", "queue_timeout": "200ms"})
    server.expect_log("cannot be started", "killed by signal 9", "keeps dying")
    assert server.ask(b"before\n") == b"before\n"
    program.unlink()
    proc.kill_quietly(server.daemon_pids()[0])
    server.wait_log(r"daemon\[0\] cannot be started: .*vanishing: No such file or directory")
    assert server.ask(b"nobody\n") == b"ERR\n"
    assert server.stats()["daemon S_SPAWNING"] == 1
    program.symlink_to("/bin/cat")
    eventually(lambda: server.ask(b"after\n") == b"after\n", 10, "served again")


# -- exits at once -----------------------------------------------------------------------------

def test_a_crash_loop_backs_off_doubling_and_is_logged_once_per_stage(iotcpd, fake):
    daemon = fake(fault="startup = exit(3)")
    server = iotcpd(str(daemon), 1, wait_ready=False,
                    options={"alarm_interval": "250ms"}).wait_listening()
    server.expect_log("exited with code 3", "keeps dying")
    stage = re.compile(r"daemon\[0\] keeps dying without having served: next start in ([0-9.]+)(ms|s)\b")
    server.wait_log(stage.pattern, times=3, within=10)
    first, _, third = map(logged_at, server.log_lines(stage.pattern))
    # Stages of 250 and 500 ms lie between; the log's clock ticks in milliseconds.
    assert_window((third - first).total_seconds() + 0.002, 0.75)
    delays_s = [float(number) * (0.001 if unit == "ms" else 1)
                for number, unit in stage.findall(server.log_text())]
    for delay_s, base_s in zip(delays_s, (0.25, 0.5, 1.0)):
        assert base_s - 0.051 <= delay_s <= base_s * 1.25 + 0.051, delays_s  # printed with one decimal
    assert len(server.log_lines("keeps dying")) == 3
    assert server.stats()["daemon spawns"] == 4
    starts_ns = [start["t_ns"] for start in daemon.journal("start")]
    assert [start["incarnation"] for start in daemon.journal("start")] == [1, 2, 3, 4]
    assert starts_ns[3] - starts_ns[1] >= 0.75e9


@timing
def test_clients_of_a_crash_loop_get_their_error_reply_in_time(iotcpd, fake):
    server = iotcpd(str(fake(fault="startup = exit(1)")), 2, wait_ready=False,
                    options={"alarm_interval": "10s", "queue_timeout": "300ms"}).wait_listening()
    server.expect_log("exited with code 1", "keeps dying")
    server.wait_stats(lambda stats: stats["daemon S_SPAWNING"] == 2)
    for _ in range(3):
        with takes(0.3, margin_s=0.5):
            assert server.ask(b"anybody?\n") == b"ERR\n"
    stats = server.stats().check_law()
    assert stats["failed queue-timeout"] == stats["queries failed"] == 3


def test_a_daemon_that_recovers_serves_again(iotcpd, fake):
    daemon = fake(fault="startup = first(3) exit(1)")
    server = iotcpd(str(daemon), 2, wait_ready=False,
                    options={"alarm_interval": "50ms", "queue_timeout": "10s"}).wait_listening()
    server.expect_log("exited with code 1", "keeps dying")
    # A first request may be handed to an incarnation on its way out.
    eventually(lambda: server.ask(b"up?\n") == b"up?\n", 10, "served")
    server.wait_stats(lambda stats: stats["daemon S_AVAILABLE"] == 2 and stats["daemon spawns"] == 8)
    assert daemon.fired("exit") == len(daemon.journal("exit", code=1)) == 2 * 3


# -- exits after each request ------------------------------------------------------------------

def test_a_daemon_that_exits_after_each_request_is_respawned_at_once_every_time(iotcpd, fake):
    daemon = fake(fault="after-reply = exit(7)")
    server = iotcpd(str(daemon), 2, options={"alarm_interval": "20s"})
    server.expect_log(r"exited with code 7 after 1 requests", *DIED)
    for number in range(1, 16):
        request = b"request %d\n" % number
        assert server.ask(request) == request
        server.wait_stats(lambda stats, n=number: ended(stats) == n and stats["daemon S_AVAILABLE"] == 2)
    stats = server.stats().check_law()
    assert stats["queries replied"] == 15 and stats["daemon spawns"] == 17
    assert len(daemon.journal("exit", code=7)) == 15
    assert not server.log_contains("keeps dying")


def test_under_load_each_request_of_an_exiting_daemon_has_its_echo_or_the_error_reply(iotcpd):
    server = iotcpd(ANSWERS_ONCE, 4).expect_log(*DIED)
    with BackgroundLoad(server, clients=4) as load:
        load.wait_more(200)
    refused = load.not_echoed()
    assert all(asked.reply == b"ERR\n" for asked in refused), refused
    stats = server.stats().check_law()
    assert stats["queries replied"] == len(load.asked) - len(refused) > 0
    assert stats["queries failed"] == stats["failed daemon-death"] == len(refused)
    assert not server.log_contains("keeps dying")


# -- hangs -------------------------------------------------------------------------------------

@timing
def test_a_hanging_daemon_is_timed_out_condemned_and_replaced(iotcpd, fake):
    daemon = fake(fault="after-read(incarnation 1) = hang", **WHO)
    server = iotcpd(str(daemon), 1, options={"busy_timeout": "300ms", "trace": True})
    server.expect_log("condemned: timeout", "killed by signal", "exited with")
    old = server.daemon_pids()[0]
    with takes(0.3):
        assert server.ask(b"hangs\n") == b"ERR\n"
    since_error = Stopwatch()
    # Its successor serves beside it: the old one ignores the end of its stdin for 500 ms.
    assert b"incarnation=2" in server.ask(b"who\n")
    assert since_error.elapsed_s > 0.4 or proc.alive(old)
    (told,) = daemon.wait_journal("exit", pid=old)
    assert (told["reason"], told["signal"]) == ("term", "TERM")
    eventually(lambda: not proc.alive(old), 5, "the condemned daemon ends")
    assert server.wait_log(rf"warning daemon\[0\] pid {old} condemned: timeout")
    stats = server.stats().check_law()
    assert stats["queries timeout"] == stats["condemned timeout"] == 1
    (hung, _) = server.trace(2)
    assert (hung["outcome"], hung["pid"], hung["incarnation"]) == ("timeout", old, 1)
    assert_window((hung["decided_ns"] - hung["handed_out_ns"]) / 1e9, 0.3, 0.25)


@timing
def test_a_hanging_daemon_does_not_hold_up_the_others(iotcpd, fake):
    daemon = fake(fault="after-read = match(/hang/) hang")
    server = iotcpd(str(daemon), 2, options={"busy_timeout": "1s"})
    server.expect_log("condemned: timeout", "killed by signal", "exited with")
    with server.client() as hanging:
        hanging.send(b"hang\n")
        server.wait_stats(lambda stats: stats["daemon S_BUSY"] == 1)
        for number in range(50):
            request = b"meanwhile %d\n" % number
            assert server.ask(request) == request
        assert server.stats()["queries timeout"] == 0, "too slow to have been beside the hanging one"
        assert hanging.recv_to_eof() == b"ERR\n"


def test_a_daemon_that_ignores_term_is_killed_at_refresh_and_at_the_end(iotcpd, fake):
    daemon = fake(fault=["startup = ignore(TERM)", "on-eof = hang"])
    server = iotcpd(str(daemon), 1, options={"alarm_interval": "50ms"})
    server.expect_log("killed by signal 9")
    old = server.daemon_pids()[0]
    with takes(2.5):  # 500 ms after its stdin was closed, 2 s after TERM
        server.signal(signal.SIGHUP)
        server.wait_log("refresh done")
        stats = server.stats()
        assert stats["daemon S_STOPPING"] == stats["daemon S_AVAILABLE"] == 1
        assert server.ask(b"meanwhile\n") == b"meanwhile\n"
        eventually(lambda: not proc.alive(old), 6, "the old daemon is killed")
    server.wait_stats(lambda stats: stats["daemon S_STOPPING"] == 0)
    with takes(2.5):
        server.stop()
    assert server.family() == []
    assert daemon.fired("hang") == 2 and not daemon.journal("exit")


# -- stderr ------------------------------------------------------------------------------------

def test_a_line_on_stderr_goes_to_the_log_with_slot_and_pid(iotcpd, fake):
    daemon = fake(fault="after-read = 1* stderr(10)")
    server = iotcpd(str(daemon), 1).expect_log("stderr: ")
    assert server.ask(b"request\n") == b"request\n"
    (event,) = daemon.journal("fault")
    server.wait_log(rf"daemon\[0\] pid {event['pid']} stderr: e{{9}}$")


def test_a_hundred_megabytes_on_stderr_block_nobody_and_do_not_fill_the_log(iotcpd, fake):
    server = iotcpd(str(fake(obey_requests=True)), 2, options={"busy_timeout": "60s"})
    server.expect_log("stderr: ")
    flood = b"@after-read=stderr(100MiB)\n"
    with server.client(timeout_s=40) as flooding:
        flooding.send(flood)
        server.wait_log("stderr: eee")
        with BackgroundLoad(server, clients=1) as load:
            assert flooding.recv_to_eof() == flood
        load.assert_all_echoed(at_least=10)
    assert len(server.log_text()) < 1 << 20
    assert max(map(len, server.log_lines())) <= 4096
    server.stats().check_law()


def test_an_endless_line_on_stderr_is_cut(iotcpd):
    one_line = "head -c 1000000 /dev/zero | tr '\\0' e >&2; echo >&2"
    daemon = shlex.join(["sh", "-c", f'while read -r line; do {one_line}; echo "$line"; done'])
    server = iotcpd(daemon, 1).expect_log("stderr: ")
    assert server.ask(b"request\n") == b"request\n"
    line = server.wait_log("stderr: eee")
    assert len(line) <= 4096


# -- grandchildren -----------------------------------------------------------------------------

@timing
@pytest.mark.parametrize("own_session", [False, True])
def test_the_exit_of_a_daemon_is_noticed_though_its_child_keeps_the_pipes(iotcpd, fake, own_session):
    lingers = f"{scaled(2):g}s, session" if own_session else "1000s"
    daemon = fake(fault=[f"startup = linger-child({lingers})", "after-reply = exit(0)"])
    server = iotcpd(str(daemon), 1).expect_log(*DIED)
    for incarnation in range(1, 4):
        # After the previous death: before it the request would be given to a daemon that is ending.
        server.wait_stats(lambda stats, n=incarnation: stats["daemon spawns"] == n
                          and stats["daemon S_AVAILABLE"] == 1, within=1.5)
        request = b"incarnation %d\n" % incarnation
        assert server.ask(request) == request
    server.wait_stats(lambda stats: ended(stats) == 3)
    children = [line["child_pid"] for line in daemon.wait_journal("child", 4)]
    if own_session:
        assert proc.alive(children[2]), "it has not kept the pipes"
    else:  # the group is killed with its leader
        eventually(lambda: not any(map(proc.alive, children[:3])), 3, "the groups are killed")
        eventually(lambda: len(server.family()) == 2, 3, "one daemon and its child are left")
    server.stop()
    eventually(lambda: not reap_orphans(server), 5, "the grandchildren are gone")


# -- death -------------------------------------------------------------------------------------

@timing
def test_a_killed_daemon_s_slot_serves_again_quickly(iotcpd):
    server = iotcpd("cat", 1, options={"alarm_interval": "20s"})
    server.expect_log(r"killed by signal 9 after [12] requests")
    times_s = []
    for number in range(5):
        assert server.ask(b"before\n") == b"before\n"
        watch = Stopwatch()
        proc.kill_quietly(server.daemon_pids()[0])
        server.wait_stats(lambda stats, n=number: stats["daemon spawns"] == n + 2
                          and stats["daemon S_AVAILABLE"] == 1)
        assert server.ask(b"after\n") == b"after\n"
        times_s.append(watch.elapsed_s)
    assert min(times_s) < scaled(0.1), times_s


def test_a_daemon_that_dies_with_a_request_costs_its_client_the_error_reply_only(iotcpd, fake):
    gate = Gate(daemon := fake(obey_requests=True))
    server = iotcpd(str(daemon), 2).expect_log("killed by signal 9 after 0 requests")
    with server.client() as unlucky:
        unlucky.send(gate.request())
        gate.wait_reached()
        (slot,) = [entry for entry in server.registers().values() if entry["status"] == "S_BUSY"]
        proc.kill_quietly(slot["daemon_pid"])
        assert unlucky.recv_to_eof() == b"ERR\n"
    assert server.ask(b"next\n") == b"next\n"
    # Its client is told when its stdout ends, which may be before it has died.
    stats = server.wait_stats(lambda stats: stats["daemon deaths"] == 1).check_law()
    assert stats["failed daemon-death"] == 1


def test_a_request_that_a_dying_daemon_never_read_goes_to_another(iotcpd):
    # `read` takes its line byte by byte, so that a request handed to a shell that is about to exit
    # stays in the pipe for certain.
    one_shot = """sh -c 'IFS= read -r line && printf "%s\\n" "$line"'"""
    server = iotcpd(one_shot, 3, options={"queue_timeout": "20s"}).expect_log("exited with code 0")
    for round_ in range(10):
        clients = [server.client() for _ in range(12)]
        for number, client in enumerate(clients):
            client.send(b"%d-%d\n" % (round_, number))
        for number, client in enumerate(clients):
            assert client.recv_to_eof() == b"%d-%d\n" % (round_, number)
            client.close()
    stats = server.stats().check_law()
    assert stats["queries replied"] == 120
    assert stats["queries failed"] == 0
