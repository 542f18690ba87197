"""exec:CMD: stdio daemons are driven directly, through their pipes."""

import re
import signal

import pytest

from pytest_iotcpd import eventually, proc
from pytest_iotcpd.deadline import inconclusive_when_overloaded
from pytest_iotcpd.loadgen import EXIT_INTERRUPTED, EXIT_UNREACHABLE, EXIT_USAGE

SHORT = {"rate": "400/s", "requests": 120}
LONG = {"rate": "200/s", "duration": "20s"}
IGNORES_TERM = ["startup = ignore(TERM)", "on-eof = hang"]


def target(daemon):
    return f"exec:{daemon}"


def daemons_of(run):
    """The counts of a finished run's daemons, without the command."""
    return {name: count for name, count in run.result["daemons"].items() if name != "command"}


# -- the daemons ------------------------------------------------------------------------------

def test_one_daemon_is_driven_unless_more_are_asked_for(loadgen_run, fake):
    daemon = fake()
    run = loadgen_run(target(daemon), options={"requests": 50})
    assert run.result.counts == {"ok": 50}
    assert daemons_of(run) == {"count": 1, "started": 1, "ended": 0, "killed": 0, "last_end": None}
    assert len(daemon.journal("start")) == 1 and len(daemon.journal("recv")) == 50


def test_requests_are_spread_over_all_daemons(loadgen_run, fake):
    daemon = fake(latency="5ms")
    run = loadgen_run(target(daemon), options={"daemons": 4, "requests": 200})
    assert run.result.counts == {"ok": 200}
    assert daemons_of(run)["started"] == 4
    of_each = {pid: len(daemon.journal("recv", pid=pid))
               for pid in {line["pid"] for line in daemon.journal("start")}}
    assert len(of_each) == 4 and min(of_each.values()) > 20


def test_a_daemon_has_one_request_at_a_time(loadgen_run, fake):
    daemon = fake(latency="2ms")
    loadgen_run(target(daemon), options={"daemons": 2, "rate": "2000/s", "requests": 100})
    for start in daemon.journal("start"):
        events = [line["event"] for line in daemon.journal(pid=start["pid"])
                  if line["event"] in ("recv", "reply")]
        assert events == ["recv", "reply"] * (len(events) // 2)


def test_with_a_pipeline_requests_wait_in_a_daemons_stdin(loadgen_run, fake):
    """All four are in its pipe while it sleeps over the first."""
    daemon = fake(fault=["before-reply = 1* sleep(300ms)"])
    run = loadgen_run(target(daemon), options={"pipeline": 4, "requests": 4})
    assert run.result.counts == {"ok": 4}
    assert run.result["service_ms"]["min"] > 299
    assert "1 daemon, 4 requests at once to each" in run.text


def test_a_daemon_knows_its_slot_as_behind_the_redirector(loadgen_run, fake):
    daemon = fake(fault=["after-reply(worker 1) = 1* exit(3)"])
    loadgen_run(target(daemon), options={"daemons": 2, **SHORT})
    starts = sorted((line["worker"], line["incarnation"]) for line in daemon.journal("start"))
    assert starts[:3] == [(0, 1), (1, 1), (1, 2)] and {worker for worker, _ in starts} == {0, 1}


def test_the_command_is_split_as_a_shell_splits_words(loadgen_run):
    run = loadgen_run("exec:sed -u 's/^/two words /'",
                      options={**SHORT, "expect": "^two words tk"})
    assert run.result.counts == {"ok": 120}
    assert run.result["settings"]["target"] == "exec:sed -u 's/^/two words /'"


def test_what_a_daemon_complains_of_is_passed_on(loadgen_run):
    run = loadgen_run("exec:sh -c 'echo it is so >&2; exec cat'", options=SHORT)
    assert run.log_lines("it is so")


def test_requests_come_from_a_file(loadgen_run, fake, tmp_path):
    urls = tmp_path / "urls"
    urls.write_text("one.example\ntwo.example\n", encoding="ascii")
    daemon = fake()
    run = loadgen_run(target(daemon), options={"requests_file": urls, "requests": 6})
    assert run.result.counts == {"ok": 6}
    assert run.result["bytes_sent"] == 6 * len("one.example\n")


def test_search_finds_the_ceiling_of_a_daemon(loadgen_command, fake):
    done = loadgen_command("search", target(fake(latency="20ms")), "--daemons", "2", "--slo",
                           "p50 < 60ms", "--from", "40/s", "--to", "4000/s", "--step-duration",
                           "500ms", "--step-warmup", "0", "--precision", "50%", expect=None)
    with inconclusive_when_overloaded():
        assert re.search(r"40.0/s +holds", done.stdout) or "INVALID" in done.stdout
        assert "no rate that was tried" not in done.stdout


# -- daemons that fail ------------------------------------------------------------------------

def test_a_daemon_that_ends_is_counted_and_started_again(loadgen_run, fake):
    daemon = fake(fault=["before-reply = every(10) exit(7)"])
    run = loadgen_run(target(daemon), options={"requests": 100})
    assert run.result.counts["ok"] >= 80 and run.result.counts["empty"] >= 5
    lost = daemon.fired("exit")
    assert daemons_of(run) == {"count": 1, "started": len(daemon.journal("start")), "ended": lost,
                               "killed": 0, "last_end": 7}
    assert f"{lost} ended by themselves (the last: exit 7)" in run.result.warnings[0]
    assert f"in the run {lost} ended by themselves, 0 were killed" in run.text


def test_a_daemon_that_is_killed_from_outside_has_ended_by_itself(loadgen, fake):
    daemon = fake()
    run = loadgen(target(daemon), options={"rate": "200/s", "requests": 200})
    (victim,) = daemon.wait_journal("start")
    daemon.wait_journal("reply", count=20)
    proc.kill_quietly(victim["pid"])
    run.wait()
    assert run.result.ok >= 198
    counts = daemons_of(run)
    assert (counts["started"], counts["ended"], counts["last_end"]) == (2, 1, -signal.SIGKILL)


def test_what_was_said_before_the_end_still_counts(loadgen_run, fake):
    """Three replies are in the pipe when the daemon is gone, and requests behind them are lost."""
    daemon = fake(fault=["after-reply = after(2) exit(0)"])
    run = loadgen_run(target(daemon), options={"pipeline": 8, "requests": 8})
    assert run.result.counts["ok"] >= 3
    assert run.result["outcomes"]["wrong-reply"] == run.result["outcomes"]["cross-talk"] == 0


def test_half_a_reply_is_truncated(loadgen_run, fake):
    daemon = fake(fault=["mid-reply(5)(incarnation 1) = every(5) exit(0)"])
    run = loadgen_run(target(daemon), options={"requests": 20})
    assert run.result.counts == {"ok": 19, "truncated": 1} and daemon.fired("exit") == 1
    assert daemons_of(run)["ended"] == 1


def test_a_late_daemon_is_replaced_and_its_reply_reaches_nobody(loadgen_run, fake):
    daemon = fake(fault=["before-reply(incarnation 1) = every(5) sleep(10s)"])
    run = loadgen_run(target(daemon), options={"requests": 40, "timeout": "300ms"})
    assert run.result.counts == {"ok": 39, "timeout": 1}
    assert daemons_of(run) == {"count": 1, "started": 2, "ended": 0, "killed": 1, "last_end": None}
    assert len(daemon.journal("start")) == 2


def test_a_late_daemon_is_gone_while_its_successor_works(loadgen, fake):
    daemon = fake(fault=["before-reply(incarnation 1) = every(5) hang"])
    run = loadgen(target(daemon), options={**LONG, "timeout": "200ms"})
    first, _ = daemon.wait_journal("start", count=2)
    eventually(lambda: not proc.alive(first["pid"]), what="the late one is gone")
    assert run.running
    run.signal(signal.SIGINT).wait()


def test_a_daemon_that_says_too_much_is_replaced(loadgen_run, fake):
    """Whether the surplus comes while nothing is outstanding or is taken for the next reply."""
    daemon = fake(fault=["after-reply = every(10) extra-line(surplus)"])
    run = loadgen_run(target(daemon), options={"requests": 95})
    counts, lost = run.result["outcomes"], daemons_of(run)
    # The last may have come too late to be noticed, or so late that nobody has to take its place.
    assert 7 <= lost["killed"] <= daemon.fired("extra-line") <= lost["killed"] + 1
    assert 0 <= lost["started"] - lost["killed"] <= 1 and lost["ended"] == 0
    assert counts["ok"] + counts["wrong-reply"] + counts["cross-talk"] == 95
    assert counts["cross-talk"] <= lost["killed"]


def test_one_that_answers_with_another_token_is_out_of_step_and_replaced(loadgen_run, fake):
    daemon = fake(fault=["before-reply(incarnation 1) = first(1) duplicate"])
    run = loadgen_run(target(daemon), options={"pipeline": 4, "requests": 40})
    assert run.result.counts["cross-talk"] == 1 and run.result.ok >= 36
    assert daemons_of(run)["killed"] == 1 and daemons_of(run)["started"] == 2


def test_a_request_that_fills_the_pipe_is_sent_piece_by_piece(loadgen_run, fake, tmp_path):
    """Pipes hold 64 KiB: what does not fit is sent when there is room again."""
    urls = tmp_path / "urls"
    urls.write_text("x" * 3000 + "\n", encoding="ascii")
    daemon = fake(fault=["before-read = 1* sleep(200ms)"])
    run = loadgen_run(target(daemon), options={"requests_file": urls, "pipeline": 64,
                                               "requests": 200})
    assert run.result.counts == {"ok": 200}
    assert run.result["bytes_received"] == run.result["bytes_sent"] == 200 * 3001


def test_a_daemon_that_has_closed_its_stdin_is_replaced(loadgen_run, fake):
    daemon = fake(fault=["after-reply(incarnation 1) = 1* close-stdin"])
    run = loadgen_run(target(daemon), options={"rate": "100/s", "requests": 50, "timeout": "2s"})
    assert run.result.ok >= 48 and daemon.fired("close-stdin") == 1
    assert daemons_of(run)["started"] == 2


# -- the end ----------------------------------------------------------------------------------

def test_daemons_get_the_time_to_see_the_end_of_their_stdin(loadgen_run, fake):
    daemon = fake()
    loadgen_run(target(daemon), options={**SHORT, "daemons": 3})
    ends = daemon.journal("exit")
    assert [end["code"] for end in ends] == [0, 0, 0]


def test_a_daemon_that_is_still_at_work_may_finish_its_reply(loadgen_run, fake):
    """Its request is censored, and its reply goes to nobody; it is not killed for writing it."""
    daemon = fake(fault=["before-reply = sleep(300ms)"])
    run = loadgen_run(target(daemon), options={"requests": 1, "duration": "10ms", "drain": "0"})
    assert run.result.counts == {"censored": 1}
    assert [line["code"] for line in daemon.journal("exit")] == [0]
    assert len(daemon.journal("reply")) == 1


@pytest.mark.parametrize("faults", [["on-eof = hang"], IGNORES_TERM])
def test_daemons_that_do_not_end_are_ended(loadgen_run, fake, faults):
    daemon = fake(fault=faults)
    loadgen_run(target(daemon), options={**SHORT, "daemons": 2})
    assert [line["pid"] for line in daemon.journal("start") if proc.alive(line["pid"])] == []


def test_daemons_that_take_no_notice_of_the_end_are_told_to_end(loadgen_run, fake):
    daemon = fake(fault=["on-eof = hang", "on-term = exit(9)"])
    loadgen_run(target(daemon), options={**SHORT, "daemons": 2})
    assert daemon.fired("exit") == 2


def test_nothing_is_left_of_what_a_daemon_has_started(loadgen):
    run = loadgen(target("sh -c 'sleep 1000 & exec cat'"), options={**LONG, "daemons": 2})
    family = eventually(lambda: len(run.family()) > 3 and run.family(),
                        what="the daemons and their children")
    run.signal(signal.SIGINT).wait()
    eventually(lambda: [pid for pid in family if proc.alive(pid)] == [], what="all are gone")


def test_daemons_do_not_outlive_a_generator_that_is_killed(loadgen, fake):
    daemon = fake()
    run = loadgen(target(daemon), options={**LONG, "daemons": 3})
    daemon.wait_journal("reply", count=10)
    pids = [line["pid"] for line in daemon.journal("start")]
    run.signal(signal.SIGKILL)
    eventually(lambda: [pid for pid in pids if proc.alive(pid)] == [], what="all are gone")
    run.wait_exit()


def test_a_second_interrupt_does_not_wait_for_daemons(loadgen, fake):
    daemon = fake(fault=IGNORES_TERM)
    run = loadgen(target(daemon), options=LONG)
    daemon.wait_journal("reply", count=10)
    run.signal(signal.SIGINT)
    daemon.wait_journal("fault", action="hang")
    run.signal(signal.SIGINT)
    assert run.wait_exit() == EXIT_INTERRUPTED
    (pid,) = {line["pid"] for line in daemon.journal("start")}
    eventually(lambda: not proc.alive(pid), what="it is gone")


def test_replacements_leave_no_descriptor_and_no_zombie(loadgen, fake):
    daemon = fake(fault=["before-reply = every(3) exit(1)"])
    run = loadgen(target(daemon), options={**LONG, "daemons": 2})
    daemon.wait_journal("start", count=5)
    before = len(proc.open_fds(run.pid))
    daemon.wait_journal("start", count=60, within=20)
    # One that is just being started has more than one that has just ended; a leak would be 55 of them.
    assert len(proc.open_fds(run.pid)) - before < 20
    # One that has just ended waits for the next start.
    assert len(proc.zombies(run.pid)) < 20
    run.signal(signal.SIGINT).wait()


def test_a_daemon_has_three_descriptors_and_a_group_of_its_own(loadgen):
    run = loadgen("exec:cat", options={**LONG, "daemons": 3})
    daemons = eventually(lambda: len(run.family()) == 3 and run.family(), what="three daemons")
    for pid in daemons:
        eventually(lambda: set(proc.open_fds(pid)) == {0, 1, 2}, what="no more than three")
        assert proc.process_group(pid) == pid
    run.signal(signal.SIGINT).wait()


# -- what is refused --------------------------------------------------------------------------

@pytest.mark.parametrize("words, told", [
    (["exec:cat", "-c", "4"], ["--connections", "--daemons"]),
    (["exec:cat", "--misbehave", "rst:1%"], ["--misbehave", "exec:"]),
    (["exec:cat", "--source", "127.0.0.1"], ["--source", "exec:"]),
    (["exec:cat", "--serve", "iotcpd"], ["--serve", "exec:cat"]),
    (["exec:cat", "--daemons", "0"], ["--daemons", "'0'", "4096"]),
    (["exec:cat", "--daemons", "4097"], ["--daemons", "'4097'", "4096"]),
    (["exec:"], ["exec:CMD"]),
    (["exec:  "], ["exec:CMD"]),
    (["exec:cat '"], ["unterminated"]),
    (["127.0.0.1:9", "--daemons", "4"], ["--daemons", "exec:CMD"]),
    (["127.0.0.1:9", "--pipeline", "4"], ["--pipeline", "--keep-alive"]),
])
def test_what_makes_no_sense_is_refused_in_one_line(loadgen_command, words, told):
    done = loadgen_command("run", *words, expect=EXIT_USAGE)
    assert done.stdout == "" and done.stderr.count("\n") == 1
    assert [word for word in told if word not in done.stderr] == []


def test_a_plan_with_clients_that_misbehave_is_refused(loadgen_command):
    loadgen_command("plan", "--rate", "100/s", "--requests", "50", "--misbehave", "rst:50%",
                    "--output", "resets")
    done = loadgen_command("run", "exec:cat", "--plan", "resets", expect=None)
    assert done.returncode not in (0, 98) and "'resets'" in done.stderr and "exec:" in done.stderr


@pytest.mark.parametrize("command, words", [
    ("/no/such/program", "No such file or directory"),
    ("/etc/passwd", "Permission denied"),
])
def test_a_program_that_cannot_be_started_is_told_in_one_line(loadgen_run, command, words):
    run = loadgen_run(target(command), options={**SHORT, "daemons": 3}, expect=EXIT_UNREACHABLE)
    assert run.complaint == f"iotcpd-loadgen: exec:{command} cannot be started: {words}"
    assert run.text == ""
