"""Every action against the real redirector: what the client saw, what the counters say, what the
journal says, and that it fired."""

import pathlib
import re
import subprocess

import pytest

from pytest_iotcpd import ERROR_REPLY, eventually, proc, scaled
from pytest_iotcpd.deaths import reap_orphans

#: What the end of daemons by fault leaves in the log.
EXPECTED = ("condemned", "killed by signal", "exited with", "keeps dying")


#: Nobody is given up but who never answers, however busy the machine is.
PATIENT = {"busy_timeout": "20s", "queue_timeout": "20s"}


def start(iotcpd, daemon, n=1, wait_ready=True, **options):
    defaults = {**PATIENT, "alarm_interval": f"{scaled(0.1):.2f}"}
    return iotcpd(str(daemon), n, wait_ready=wait_ready,
                  options={**defaults, **options}).expect_log(*EXPECTED)


def start_impatient(iotcpd, daemon):
    """Where somebody never answers; a successor has the time to start, also where that is slow."""
    return start(iotcpd, daemon, busy_timeout=f"{scaled(1):.2f}")


#: fault, what the client gets for "request\n", outcome, cause of failure, cause of condemnation.
REPLIED, TIMEOUT, FAILED = "replied", "timeout", "failed"
EFFECTS = [
    ("before-reply = off", b"request\n", REPLIED, None, None),
    ("after-read = sleep(20ms)", b"request\n", REPLIED, None, None),
    ("after-read = spin(20ms)", b"request\n", REPLIED, None, None),
    ("before-reply = sleep(1m)", ERROR_REPLY, TIMEOUT, None, "timeout"),
    ("before-reply = spin(1m)", ERROR_REPLY, TIMEOUT, None, "timeout"),
    ("after-read = hang", ERROR_REPLY, TIMEOUT, None, "timeout"),
    ("mid-reply(3) = hang", ERROR_REPLY, TIMEOUT, None, "timeout"),
    ("before-reply = hold(never)", ERROR_REPLY, TIMEOUT, None, "timeout"),
    ("after-read = drop", ERROR_REPLY, TIMEOUT, None, "timeout"),
    ("before-reply = truncate(3)", ERROR_REPLY, TIMEOUT, None, "timeout"),
    ("before-reply = no-newline", ERROR_REPLY, TIMEOUT, None, "timeout"),
    ("after-read = exit(7)", ERROR_REPLY, FAILED, "daemon-death", None),
    ("mid-reply(3) = exit(7)", ERROR_REPLY, FAILED, "daemon-death", None),
    ("after-read = kill(SEGV)", ERROR_REPLY, FAILED, "daemon-death", None),
    ("before-reply = kill(KILL)", ERROR_REPLY, FAILED, "daemon-death", None),
    ("after-read = abort", ERROR_REPLY, FAILED, "daemon-death", None),
    ("before-reply = close-stdout", ERROR_REPLY, FAILED, "daemon-death", "closed-stdout"),
    ("before-reply = oversize(64KiB)", b"request" + b"x" * 65528 + b"\n", REPLIED, None, None),
    ("before-reply = oversize(65537)", ERROR_REPLY, FAILED, "oversize-reply", "oversize-reply"),
    ("before-reply = dribble(1, 2ms)", b"request\n", REPLIED, None, None),
    ("before-reply = extra-line(stray)", b"request\n", REPLIED, None, "stray-output"),
    ("before-reply = duplicate", b"request\n", REPLIED, None, "stray-output"),
    ("after-reply = extra-line(stray)", b"request\n", REPLIED, None, "stray-output"),
    ("after-reply = late(stray, 30ms)", b"request\n", REPLIED, None, "stray-output"),
    ("after-reply = chatter(10ms)", b"request\n", REPLIED, None, "stray-output"),
    ("after-reply = exit(0)", b"request\n", REPLIED, None, None),
    ("after-reply = close-stdout", b"request\n", REPLIED, None, "closed-stdout"),
    ("after-read = stderr(100KiB)", b"request\n", REPLIED, None, None),
]


@pytest.mark.parametrize("fault, reply, outcome, failure, condemned", EFFECTS)
def test_an_action_has_the_effect_it_names(iotcpd, fake, fault, reply, outcome, failure, condemned):
    point, action = fault.split(" = ")
    daemon = fake(fault=f"{point}(incarnation 1) = 1* {action}")
    server = (start_impatient if outcome == TIMEOUT else start)(iotcpd, daemon)
    assert server.ask(b"request\n") == reply
    name = action.split("(")[0]
    if name == "off":
        assert not daemon.journal("fault")
        return
    (event,) = daemon.wait_journal("fault", action=name)
    assert (event["seq"], event["worker"], event["incarnation"]) == (1, 0, 1)
    if condemned:
        server.wait_log(rf"daemon\[0\] pid {event['pid']} condemned: {condemned}")
    spawns = 1 if survives(name, condemned) else 2
    stats = server.wait_stats(lambda stats: stats["daemon S_AVAILABLE"] == 1
                              and stats["daemon spawns"] == spawns).check_law()
    assert stats[f"queries {outcome}"] == stats["queries total"] == 1
    assert stats.causes("failed") == ({failure: 1} if failure else {})
    # A death is no sentence: its end is what the supervisor learns of either first.
    causes = {cause: n for cause, n in stats.causes("condemned").items() if cause != "closed-stdout"}
    assert causes == ({condemned: 1} if condemned not in (None, "closed-stdout") else {})
    assert server.ask(b"next\n") == b"next\n"
    assert daemon.fired(name) == 1


def survives(action, condemned):
    return condemned is None and action not in ("exit", "kill", "abort")


def test_what_a_daemon_says_on_its_stderr_is_in_the_log(iotcpd, fake):
    daemon = fake(fault="after-read(incarnation 1) = 1* stderr(250)")
    server = start(iotcpd, daemon)
    assert server.ask(b"request\n") == b"request\n"
    server.wait_log(r"daemon\[0\] pid \d+.*e{49}")
    assert daemon.fired("stderr") == 1


def test_a_wrong_id_is_what_the_client_gets_where_ids_mean_nothing(iotcpd, fake):
    daemon = fake(personality="squid-channel", fault="before-reply = first(1) wrong-id")
    server = start(iotcpd, daemon)
    assert server.ask(b"7 request\n") == b"1000000007 request\n"
    assert server.ask(b"8 request\n") == b"8 request\n"
    assert daemon.fired("wrong-id") == 1


def test_every_action_there_is_has_a_test_here(fake_daemon_binary):
    done = subprocess.run([fake_daemon_binary, "--fault", "idle = nonsense"], capture_output=True,
                          text=True, check=False)
    listed = done.stderr.partition("an action: ")[2].partition(" at column")[0]
    actions = set(re.split(r", | or ", re.sub(r"\([^)]*\)", "", listed)))
    assert {"off", "sleep", "linger-child", "ignore"} <= actions
    source = pathlib.Path(__file__).read_text(encoding="utf-8")
    missing = {action for action in actions if not re.search(rf"= [^\"]*\b{action}\b", source)}
    assert not missing


def test_garbage_without_a_newline_inside_is_a_reply_like_any_other(iotcpd, fake):
    daemon = fake(fault="before-reply = 1* garbage(500)")
    server = start(iotcpd, daemon)
    reply = server.ask(b"request\n")
    assert (len(reply), reply.count(b"\n"), reply[-1:]) == (500, 1, b"\n")
    assert server.ask(b"next\n") == b"next\n"
    assert server.stats().check_law()["queries replied"] == 2 and daemon.fired("garbage") == 1


def test_idle_chatter_condemns_without_any_client(iotcpd, fake):
    daemon = fake(fault="idle(incarnation 1) = chatter(20ms)")
    server = start(iotcpd, daemon, 2)
    server.wait_log("condemned: stray-output", times=2)
    stats = server.wait_stats(lambda stats: stats["daemon S_AVAILABLE"] == 2
                              and stats["daemon spawns"] == 4).check_law()
    assert stats["condemned stray-output"] == 2 == daemon.fired("chatter")
    assert server.ask(b"request\n") == b"request\n"


def test_a_daemon_that_stops_reading_is_timed_out_and_the_others_serve(iotcpd, fake):
    daemon = fake(fault="before-read(incarnation 1) = stop-reading")
    server = start_impatient(iotcpd, daemon)
    assert server.ask(b"request\n") == ERROR_REPLY
    assert server.stats().check_law()["queries timeout"] == 1
    assert server.ask(b"next\n") == b"next\n"
    assert daemon.fired("stop-reading") == 1 and len(daemon.journal("recv")) == 1


def test_a_daemon_that_closes_its_stdin_gets_nothing_more(iotcpd, fake):
    daemon = fake(fault="after-reply(incarnation 1) = close-stdin")
    server = start(iotcpd, daemon, busy_timeout="2s")
    assert server.ask(b"one\n") == b"one\n"
    daemon.wait_journal("fault", action="close-stdin")
    assert server.ask(b"two\n") in (b"two\n", ERROR_REPLY)
    server.stats().check_law()
    assert len(daemon.journal("recv", incarnation=1)) == 1
    eventually(lambda: server.ask(b"three\n") == b"three\n", 5)
    # It does not see its stdin end: its stop takes longer than the gate waits for a drain.
    server.wait_stats(lambda stats: stats["daemon S_STOPPING"] == 0)


@pytest.mark.parametrize("failing", [1, 3])
def test_a_slot_that_fails_at_its_first_starts_recovers(iotcpd, fake, failing):
    daemon = fake(fault=f"startup = first({failing}) exit(1)")
    server = start(iotcpd, daemon, 2, wait_ready=False).wait_ready()
    server.wait_stats(lambda stats: stats["daemon S_AVAILABLE"] == 2
                      and stats["daemon spawns"] == 2 * (failing + 1))
    assert daemon.fired("exit") == 2 * failing
    assert server.ask(b"request\n") == b"request\n"


def test_a_daemon_that_ignores_term_and_the_end_of_its_stdin_is_killed(iotcpd, fake):
    daemon = fake(fault=["startup(incarnation 1) = ignore(TERM)", "on-eof(incarnation 1) = hang",
                        "after-read = 1* drop"])
    server = start_impatient(iotcpd, daemon)
    assert server.ask(b"request\n") == ERROR_REPLY
    pid = daemon.journal("start", incarnation=1)[0]["pid"]
    eventually(lambda: proc.state(pid) is None, 10, "it has been killed")
    assert not daemon.journal("exit", incarnation=1)
    assert {event["action"] for event in daemon.journal("fault", incarnation=1)} == {
        "ignore", "hang", "drop"}


@pytest.mark.xdist_group("timing")  # 200 ms later it would be killed
def test_a_sleep_on_term_delays_the_end_within_the_stop_sequence(iotcpd, fake):
    daemon = fake(fault=["on-term = sleep(300ms)", "on-eof = hang", "after-read = 1* drop"])
    server = start_impatient(iotcpd, daemon)
    assert server.ask(b"request\n") == ERROR_REPLY
    (ended,) = daemon.wait_journal("exit", incarnation=1)
    (slept,) = daemon.journal("fault", action="sleep")
    assert ended["reason"] == "term" and ended["t_ns"] - slept["t_ns"] >= 300_000_000


def test_a_child_that_lingers_is_killed_with_its_group_and_delays_nobody(iotcpd, fake):
    daemon = fake(fault=["startup = linger-child(1000s)", "after-reply = 1* exit(0)"])
    server = start(iotcpd, daemon)
    assert server.ask(b"one\n") == b"one\n"
    assert server.ask(b"two\n") == b"two\n"
    child = daemon.journal("child", incarnation=1)[0]["child_pid"]
    # Its parent is gone: it is ours to reap.
    eventually(lambda: proc.reap_quietly(child) or proc.state(child) is None, 10,
               "the group has been killed")
    server.stop()
    eventually(lambda: not reap_orphans(server), 5, "those of its successors too")


def test_a_failing_successor_at_hup_keeps_the_old_daemons(iotcpd, fake):
    daemon = fake(fault="startup = after(1) exit(1)")
    # A successor that is alive for this long without a word would be taken for a good one.
    server = start(iotcpd, daemon, 1, alarm_interval="1s").expect_log("refresh")
    old = server.daemon_pids()
    server.signal(1)
    server.wait_log("refresh.*(abort|given up|kept)", within=20)
    assert server.daemon_pids() == old and server.ask(b"request\n") == b"request\n"
    assert daemon.fired("exit") == 3


def test_wrap_puts_faults_around_a_real_daemon(iotcpd, fake):
    daemon = fake(fault="before-reply = every(2) duplicate", wrap=["sed", "-u", "s/a/b/"])
    server = start(iotcpd, daemon)
    assert server.ask(b"banana\n") == b"bbnana\n"
    assert server.ask(b"banana\n") == b"bbnana\n"
    server.wait_log("condemned: stray-output")
    assert server.ask(b"banana\n") == b"bbnana\n"
    assert daemon.fired("duplicate") == 1


def test_directives_in_requests_steer_each_query(iotcpd, fake):
    daemon = fake(obey_requests=True)
    server = start(iotcpd, daemon, 2)
    exits = b"one @after-read=exit(7) \n"
    sleeps = b"two @before-reply=sleep(50ms) @mid-reply(2)=sleep(10ms)\n"
    assert server.ask(exits) == ERROR_REPLY
    assert server.ask(sleeps) == sleeps
    server.wait_log("exited with code 7")
    (reply,) = daemon.wait_journal("reply")
    assert reply["slept_us"] >= 60_000
    assert [event["action"] for event in daemon.journal("fault")] == ["exit", "sleep", "sleep"]


def test_hold_orders_events_without_sleeping(iotcpd, fake):
    daemon = fake(fault="before-reply = hold(gate)")
    server = start(iotcpd, daemon)
    first = server.client().send(b"first\n")
    daemon.wait_held("gate")
    second = server.client().send(b"second\n")
    server.wait_stats(lambda stats: stats["queue depth"] == 1)
    daemon.release("gate")
    assert (first.recv_to_eof(), second.recv_to_eof()) == (b"first\n", b"second\n")


def test_random_faults_of_a_pool_are_the_same_again_with_the_same_seed(iotcpd, fake):
    def fired(seed):
        daemon = fake(fault="before-reply = 30% extra-line(x)", seed=seed)
        server = start(iotcpd, daemon)
        for number in range(30):
            assert server.ask(b"%d\n" % number) == b"%d\n" % number
            server.wait_stats(lambda stats: stats["daemon S_AVAILABLE"] == 1)
        return [(event["incarnation"], event["seq"]) for event in daemon.journal("fault")]

    first = fired(7)
    assert first == fired(7) != fired(8)
    assert first
