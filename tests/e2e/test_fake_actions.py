"""Every action of the fault grammar, on a fake daemon alone: its effect, and that it is journalled."""

import contextlib
import signal
import time

import pytest

from pytest_iotcpd import eventually, proc

THREE = b"one\ntwo\nthree\n"
HANGS = None  # instead of an exit code


def run(daemon, data=THREE):
    # One that ends at its start may be gone before anything is written.
    with contextlib.suppress(BrokenPipeError):
        daemon.write(data)
    return daemon.finish()


@pytest.mark.parametrize("fault, stdout, code", [
    ("after-read = 2* sleep(1ms)", THREE, 0),
    ("after-read = every(2) spin(1ms)", THREE, 0),
    ("after-read = off", THREE, 0),
    ("after-read = after(1) exit(7)", b"one\n", 7),
    ("after-read = match(/^two/) kill(SEGV)", b"one\n", -signal.SIGSEGV),
    ("after-read = after(2) kill(KILL)", b"one\ntwo\n", -signal.SIGKILL),
    ("after-read = after(2) kill(TERM)", b"one\ntwo\n", -signal.SIGTERM),
    ("before-reply = after(1) abort", b"one\n", -signal.SIGABRT),
    ("after-read = first(1) drop", b"two\nthree\n", 0),
    ("before-reply = match(/w/) drop", b"one\nthree\n", 0),
    ("before-reply = dribble(2, 1ms)", THREE, 0),
    ("before-reply = 1* truncate(2)", b"ontwo\nthree\n", 0),
    ("before-reply = 1* truncate(0)", b"two\nthree\n", 0),
    ("before-reply = 1* truncate(99)", b"onetwo\nthree\n", 0),
    ("before-reply = no-newline", b"onetwothree", 0),
    ("before-reply = 1* oversize(8)", b"onexxxx\ntwo\nthree\n", 0),
    ("before-reply = 1* oversize(2)", b"one\ntwo\nthree\n", 0),
    ("before-reply = 1* duplicate", b"one\none\ntwo\nthree\n", 0),
    (["before-reply = 1* truncate(0)", "before-reply = 1* extra-line(x)"], b"x\ntwo\nthree\n", 0),
    (["before-reply = 1* extra-line(x)", "before-reply = 1* truncate(2)"], b"onx\ntwo\nthree\n", 0),
    (["before-reply = 1* drop", "before-reply = 1* extra-line(x)"], b"x\ntwo\nthree\n", 0),
    (["after-read = 1* drop", "after-read = 1* extra-line(x)"], b"x\ntwo\nthree\n", 0),
    ("before-reply = 1* extra-line(stray)", b"one\nstray\ntwo\nthree\n", 0),
    ("after-reply = 1* extra-line(\"a b,)\")", b"one\na b,)\ntwo\nthree\n", 0),
    ("startup = extra-line(hello)", b"hello\n" + THREE, 0),
    ("before-read = after(1) extra-line(x)", b"one\nx\ntwo\nx\nthree\n", 0),
    ("mid-reply(2) = 1* extra-line(x)", b"one\nx\ntwo\nthree\n", 0),
    ("mid-reply(2) = after(1) exit(9)", b"one\ntw", 9),
    ("mid-reply(4) = after(1) exit(9)", b"one\ntwo\n", 9),
    ("mid-reply(6) = exit(9)", b"one\ntwo\nthree\n", 9),
    ("mid-reply(7) = exit(9)", THREE, 0),
    ("before-reply = after(1) close-stdout", b"one\n", 0),
    ("on-eof = exit(5)", THREE, 5),
    ("on-eof = kill(USR1)", THREE, -signal.SIGUSR1),
    ("startup = exit(6)", b"", 6),
    ("before-read = after(2) exit(4)", b"one\ntwo\n", 4),
    ("startup = ignore(USR1)", THREE, 0),
    ("after-reply = 2* off -> exit(3)", THREE, 3),
    ("after-read = first(1) off->exit(3)", b"one\n", 3),
    ("before-reply = every(2) dribble(8,5ms) -> off", THREE, 0),
])
def test_an_action_has_the_effect_it_names(fake_daemon, fault, stdout, code):
    daemon = fake_daemon(fault=fault)
    assert run(daemon) == (stdout, b"", code), fault
    fires = fault not in ("after-read = off", "mid-reply(7) = exit(9)")
    assert bool(daemon.journal("fault")) is fires


def test_a_reply_after_stdout_was_closed_is_none(fake_daemon):
    daemon = fake_daemon(fault="after-reply = 1* close-stdout")
    assert run(daemon) == (b"one\n", b"", 0)
    assert [line["seq"] for line in daemon.journal("reply")] == [1]


def test_every_fault_that_fires_is_journalled_with_its_request(fake_daemon):
    daemon = fake_daemon(fault="before-reply = every(2) extra-line(x)")
    run(daemon)
    (fault,) = daemon.journal("fault")
    assert (fault["seq"], fault["hit"], fault["fired"], fault["action"], fault["point"]) == (
        2, 2, 1, "extra-line", "before-reply")
    assert fault["fault"] == 'before-reply = every(2) extra-line("x")'


def test_garbage_is_one_line_of_just_that_size(fake_daemon):
    out, _, code = run(fake_daemon(fault="before-reply = 1* garbage(1000)"), b"a\nb\n")
    assert (len(out), out[-3:], out.count(b"\n"), code) == (1002, b"\nb\n", 2, 0)


def test_wrong_id_answers_with_an_id_nobody_waits_for(fake_daemon):
    daemon = fake_daemon(personality="squid-channel", fault="before-reply = every(2) wrong-id")
    out, _, _ = run(daemon, b"1 a\n2 b\n3 c\n")
    assert sorted(out.splitlines()) == [b"1 a", b"1000000002 b", b"3 c"]


def test_squid_channel_answers_overtake_each_other(fake_daemon):
    daemon = fake_daemon(personality="squid-channel", fault="after-read = first(1) hold(gate)")
    daemon.write(b"1 held\n2 free\n")
    assert daemon.read_line() == b"2 free\n"
    daemon.release("gate")
    assert daemon.read_line() == b"1 held\n"


def test_a_dribbled_reply_is_not_interrupted_by_another_of_squid_channel(fake_daemon):
    daemon = fake_daemon(personality="squid-channel", obey_requests=True)
    out, _, _ = run(daemon, b"1 @before-reply=dribble(1,1ms) aaaa\n2 bbbb\n3 cccc\n")
    assert sorted(out.splitlines()) == [b"1 @before-reply=dribble(1,1ms) aaaa", b"2 bbbb", b"3 cccc"]


@pytest.mark.parametrize("point", ["startup", "before-read", "after-read", "before-reply",
                                   "mid-reply(1)", "after-reply", "on-eof"])
def test_a_hung_daemon_goes_no_further_and_ends_by_term(fake_daemon, point):
    daemon = fake_daemon(fault=f"{point} = hang").write(b"one\ntwo\n")
    if point == "on-eof":
        daemon.process.stdin.close()
    daemon.wait_journal("fault", action="hang")
    expected = {"after-reply": b"one\n", "mid-reply(1)": b"o", "on-eof": b"one\ntwo\n"}
    received = b""
    while len(received) < len(expected.get(point, b"")):
        received += daemon._read_piece(5)
    assert received == expected.get(point, b"")
    assert len(daemon.journal("recv")) <= (2 if point == "on-eof" else 1)
    daemon.process.send_signal(signal.SIGTERM)
    assert daemon.wait() == -signal.SIGTERM
    assert daemon.journal("exit")[0]["reason"] == "term"


def test_hold_waits_for_release_and_shows_who_waits(fake_daemon):
    daemon = fake_daemon(fault="before-reply = hold(gate)").write(b"one\ntwo\n")
    daemon.control("await gate")
    assert daemon.counters()[daemon.pid]["outstanding"] == 1
    daemon.release("gate", 1)
    assert daemon.read_line() == b"one\n"
    daemon.wait_held("gate", 2)
    daemon.release("gate")
    assert daemon.read_line() == b"two\n"
    assert daemon.ask(b"three\n") == b"three\n"
    daemon.control("hold gate")
    daemon.write(b"four\n").control("await gate")


def test_idle_faults_fire_when_it_waits_for_a_request(fake_daemon):
    daemon = fake_daemon(fault="idle = extra-line(bored)")
    assert daemon.read_line() == b"bored\n"
    assert daemon.ask(b"one\n") == b"one\n"
    assert daemon.read_line() == b"bored\n"
    assert [stray["bytes"] for stray in daemon.wait_journal("stray", 2)] == [6, 6]


def test_chatter_at_idle_ends_with_the_idleness_and_begins_again(fake_daemon):
    daemon = fake_daemon(fault=["idle = chatter(5ms)", "after-read = hold(gate)"])
    for _ in range(3):
        assert daemon.read_line().startswith(b"chatter ")
    daemon.write(b"request\n").control("await gate")
    before = daemon.read_available()
    time.sleep(0.05)  # nothing may come: there is no event to wait for
    assert daemon.read_available() == b"", before
    daemon.release("gate")
    while (line := daemon.read_line()) != b"request\n":
        assert line.startswith(b"chatter ")
    assert daemon.read_line().startswith(b"chatter ")


def test_chatter_from_elsewhere_goes_on_for_good(fake_daemon):
    daemon = fake_daemon(fault=["after-reply = 1* chatter(5ms)", "after-read = after(1) hang"])
    assert daemon.ask(b"one\n") == b"one\n"
    daemon.write(b"hangs\n").wait_journal("fault", action="hang")
    for _ in range(3):
        assert daemon.read_line().startswith(b"chatter ")


def test_an_idle_fault_with_a_time_fires_while_nothing_happens(fake_daemon):
    daemon = fake_daemon(fault="idle = at(100ms) exit(3)")
    assert daemon.wait() == 3
    start, fault = daemon.journal("start")[0], daemon.journal("fault")[0]
    assert fault["t_ns"] - start["t_ns"] >= 95_000_000


def test_a_late_line_comes_after_its_delay_whatever_goes_on(fake_daemon):
    daemon = fake_daemon(fault=["after-reply = 1* late(\"too late\", 50ms)", "after-read = after(1) hang"])
    assert daemon.ask(b"one\n") == b"one\n"
    daemon.write(b"hangs\n")
    assert daemon.read_line() == b"too late\n"
    late = daemon.wait_journal("stray")[0]["t_ns"] - daemon.journal("fault", action="late")[0]["t_ns"]
    assert late >= 50_000_000


@pytest.mark.parametrize("action, open_still", [("close-stdin", False), ("stop-reading", True)])
def test_a_daemon_that_does_not_read_any_more_lives_on(fake_daemon, action, open_still):
    daemon = fake_daemon(fault=f"after-reply = 1* {action}")
    assert daemon.ask(b"one\n") == b"one\n"
    if open_still:
        daemon.write(b"x" * 65536)  # a pipe's worth is taken by the pipe
    else:
        eventually(lambda: proc.open_fds(daemon.pid)[0] == "/dev/null", 5, "stdin is closed")
        with pytest.raises(BrokenPipeError):
            daemon.write(b"two\n")
    assert daemon.counters()[daemon.pid]["received"] == 1
    assert proc.open_fds(daemon.pid)[0].startswith("pipe:" if open_still else "/dev/null")
    assert daemon.process.poll() is None


def test_stop_reading_at_startup_reads_nothing_ever(fake_daemon):
    daemon = fake_daemon(fault="startup = stop-reading").write(b"one\n")
    daemon.wait_journal("fault", action="stop-reading")
    assert daemon.counters()[daemon.pid]["received"] == 0


def test_a_closed_stdout_is_closed_and_the_daemon_lives(fake_daemon):
    daemon = fake_daemon(fault="after-reply = 1* close-stdout")
    assert daemon.ask(b"one\n") == b"one\n"
    assert daemon.read_line() == b""
    assert proc.open_fds(daemon.pid)[1] == "/dev/null"
    assert daemon.process.poll() is None


def test_stderr_is_written_in_lines_of_100_before_the_reply(fake_daemon):
    out, err, _ = run(fake_daemon(fault="after-read = 1* stderr(250)"), b"one\n")
    assert [len(line) for line in err.splitlines(keepends=True)] == [100, 100, 50]
    assert out == b"one\n"


def test_a_stderr_that_nobody_reads_holds_the_request_but_not_the_control_socket(fake_daemon):
    daemon = fake_daemon(fault="after-read = 1* stderr(200KiB)").write(b"one\n")
    daemon.wait_journal("fault", action="stderr")
    assert daemon.counters()[daemon.pid]["outstanding"] == 1
    assert daemon.read_available() == b""
    out, err, code = daemon.finish()
    assert (out, len(err), code) == (b"one\n", 200 * 1024, 0)


def test_stderr_keeps_to_its_rate(fake_daemon):
    daemon = fake_daemon(fault="after-read = stderr(1000, 5000)")
    run(daemon, b"one\n")
    (reply,) = daemon.journal("reply")
    assert reply["service_us"] >= 195_000


@pytest.mark.parametrize("words, own_session", [("", False), (", session", True)])
def test_a_child_lingers_with_the_standard_descriptors(fake_daemon, words, own_session):
    daemon = fake_daemon(fault=[f"startup = linger-child(20s{words})", "after-reply = exit(0)"])
    assert daemon.ask(b"one\n") == b"one\n"
    assert daemon.wait() == 0
    child = daemon.journal("child")[0]["child_pid"]
    assert proc.alive(child)
    assert {0, 1, 2} <= set(proc.open_fds(child))
    assert (proc.process_group(child) == child) is own_session
    proc.kill_quietly(child)
    eventually(lambda: proc.reap_quietly(child) or proc.state(child) is None, 5)


def test_a_child_that_lingers_goes_when_its_time_is_over(fake_daemon):
    daemon = fake_daemon(fault="startup = linger-child(50ms)")
    child = daemon.wait_journal("child")[0]["child_pid"]
    eventually(lambda: proc.state(child) is None, 5, "the child is gone and reaped")
    assert daemon.ask(b"one\n") == b"one\n"


def test_ignored_signals_do_nothing(fake_daemon):
    daemon = fake_daemon(fault=["startup = ignore(TERM)", "startup = ignore(HUP)"])
    assert daemon.ask(b"one\n") == b"one\n"
    daemon.process.send_signal(signal.SIGTERM)
    daemon.process.send_signal(signal.SIGHUP)
    assert daemon.ask(b"two\n") == b"two\n"


def test_ignore_at_on_term_is_for_this_delivery_alone(fake_daemon):
    daemon = fake_daemon(fault="on-term = 2* ignore(TERM) -> exit(8)")
    assert daemon.ask(b"one\n") == b"one\n"
    for count in (1, 2):
        daemon.process.send_signal(signal.SIGTERM)
        daemon.wait_journal("fault", count, action="ignore")
    assert daemon.ask(b"still here\n") == b"still here\n"
    daemon.process.send_signal(signal.SIGTERM)
    assert daemon.wait() == 8


def test_term_without_a_fault_ends_it_by_that_signal_even_in_mid_request(fake_daemon):
    daemon = fake_daemon(latency="1h").write(b"one\n")
    daemon.wait_journal("recv")
    daemon.process.send_signal(signal.SIGTERM)
    assert daemon.wait() == -signal.SIGTERM


def test_a_daemon_that_stops_itself_goes_on_after_cont(fake_daemon):
    daemon = fake_daemon(fault="after-read = 1* kill(STOP)").write(b"one\n")
    eventually(lambda: proc.state(daemon.pid) == "T", 5, "it has stopped")
    assert daemon.read_available() == b""
    daemon.process.send_signal(signal.SIGCONT)
    assert daemon.read_line() == b"one\n"
