"""How the three histories are read, joined and dropped; rules that need no process to be seen."""

import json
import os

import pytest

from pytest_iotcpd import scaled
from pytest_iotcpd.footprint import Footprint
from pytest_iotcpd.history import CheckedRun, Promises, records
from pytest_iotcpd.history.checkers import (BackOff, CauseEquality, CondemnedCount, Leaks,
                                            LostOrDuplicate, NonVacuity, Recovery,
                                            RespawnAlgebra)
from pytest_iotcpd.history.checkers.leaks import slope
from pytest_iotcpd.history.checkers.respawning import back_off_s
from pytest_iotcpd.history.histories import Histories
from pytest_iotcpd.history.incarnations import REMEMBERED, Incarnations
from pytest_iotcpd.history.line_tail import LineTail
from pytest_iotcpd.history.recording_client import ClientHistory, SegmentFull
from pytest_iotcpd.history.records import ClientRecord, DaemonName, JournalLine, TraceLine
from pytest_iotcpd.history.refreshes import refresh_running
from pytest_iotcpd.history.rest import Rest
from pytest_iotcpd.history.segment import Operation, Segment
from pytest_iotcpd.history.stray_sightings import StraySightings
from pytest_iotcpd.history.verdict import Violation, assert_clean
from pytest_iotcpd.stats import Stats

TOKENS = [f"tk_{number:016x}" for number in range(9)]
PROMISES = Promises(1, alarm_interval_s=0.1)
SECOND_NS = 10**9


def append(path, *pieces):
    with open(path, "ab") as file:
        file.write(b"".join(pieces))


def record(token, outcome=records.REPLY, ended_ns=10):
    return ClientRecord(token, outcome, b"", 1, 2, 3, ended_ns)


# -- files -------------------------------------------------------------------------------------

def test_a_line_is_read_once_and_only_when_it_is_whole(tmp_path):
    path = tmp_path / "lines"
    tail = LineTail(path)
    assert not list(tail.lines())
    append(path, b"one\ntw")
    assert list(tail.lines()) == [b"one"] and not list(tail.lines())
    append(path, b"o\n\nthree\n")
    assert list(tail.lines()) == [b"two", b"three"]


def test_what_was_read_gives_its_disk_back_and_the_file_grows_on(tmp_path):
    path = tmp_path / "lines"
    append(path, (b"x" * 1023 + b"\n") * 4096)
    tail = LineTail(path)
    assert len(list(tail.lines())) == 4096
    held = os.stat(path).st_blocks
    tail.forget()
    append(path, b"next\n")
    assert list(tail.lines()) == [b"next"]
    assert os.stat(path).st_size == 4096 * 1024 + 5
    assert os.stat(path).st_blocks < held / 10


def test_a_segment_holds_its_limit_and_not_one_more():
    history = ClientHistory(limit=2)
    for token in TOKENS[:2]:
        history.add(record(token))
    with pytest.raises(SegmentFull):
        history.add(record(TOKENS[2]))
    assert [taken.token for taken in history.take()] == TOKENS[:2]
    history.add(record(TOKENS[2]))


# -- the join ----------------------------------------------------------------------------------

class Files:
    """A trace and a journal that a test writes itself."""

    def __init__(self, folder):
        self._trace, self._journal = folder / "trace", folder / "journal"
        self.histories = Histories(PROMISES, self._trace, self._journal)

    def journal(self, event, token=None, incarnation=1, t_ns=5, **members):
        line = {"event": event, "t_ns": t_ns, "pid": 100 + incarnation, "worker": 0,
                "incarnation": incarnation, **members}
        line |= {"token": token} if token else {}
        append(self._journal, json.dumps(line).encode(), b"\n")

    def trace(self, token, outcome="replied", cause=None, decided_ns=8):
        append(self._trace, json.dumps({
            "request": token, "outcome": outcome, "cause": cause, "worker": 0, "incarnation": 1,
            "pid": 101, "complete_ns": 4, "handed_out_ns": 4, "decided_ns": decided_ns}).encode(), b"\n")

    def exchange(self, token):
        self.histories.clients.add(record(token))
        self.journal("recv", token)
        self.journal("reply", token, slept_us=1)
        self.trace(token)

    def cut(self, **facts):
        """The next segment; the one before it is dropped."""
        self.histories.drop()
        return self.histories.cut([{}], **facts)


@pytest.fixture
def files(tmp_path):
    return Files(tmp_path)


def test_the_lines_of_a_token_come_together_whatever_their_order(files):
    for token in TOKENS[:2]:
        files.exchange(token)
    operations = files.cut().operations
    assert list(operations) == TOKENS[:2]
    for token, operation in operations.items():
        lines = operation.client + operation.trace + operation.received + operation.replied
        assert [line.token for line in lines] == [token] * 4


def test_a_token_is_dropped_with_its_segment_and_a_stranger_afterwards(files):
    files.exchange(TOKENS[0])
    assert not files.cut().strangers
    files.journal("recv", TOKENS[0])
    found = LostOrDuplicate().check(files.cut())
    assert [violation.tokens for violation in found] == [(TOKENS[0],)]


def test_what_a_daemon_tells_of_the_segment_before_is_no_stranger(files):
    files.exchange(TOKENS[0])
    files.cut()
    files.journal("fault", TOKENS[0], point="after-reply", action="exit", fault="")
    segment = files.cut()
    assert not segment.strangers and len(segment.faults) == 1


def test_a_query_that_nobody_asked_is_a_stranger(files):
    files.trace("GET /")
    assert LostOrDuplicate().check(files.cut())


def test_old_processes_are_forgotten():
    incarnations = Incarnations()
    for number in range(1, REMEMBERED + 3):
        incarnations.start(DaemonName(0, number, number), number)
    incarnations.forget_old()
    assert len(incarnations.all()) == REMEMBERED and incarnations.count == REMEMBERED + 2
    assert incarnations.get(DaemonName(0, 2, 2)) is None
    assert incarnations.get(DaemonName(0, 3, 3)).predecessor is None


# -- rules -------------------------------------------------------------------------------------

def test_the_back_off_begins_with_the_second_death_and_ends_at_a_minute():
    assert [back_off_s(deaths, 2) for deaths in (0, 1, 2, 3, 6, 7, 99)] == [0, 0, 2, 4, 32, 60, 60]


def life(files, incarnation, start_s, end_s):
    files.journal("start", incarnation=incarnation, t_ns=round(start_s * SECOND_NS))
    files.journal("exit", incarnation=incarnation, t_ns=round(end_s * SECOND_NS), reason="fault")


@pytest.mark.parametrize("third_s, violations", [(2.100, 0), (2.099, 1)])
def test_a_start_is_too_early_by_a_millisecond(files, third_s, violations):
    life(files, 1, 0.5, 1.0)
    life(files, 2, 1.0, 2.0)
    files.journal("start", incarnation=3, t_ns=round(third_s * SECOND_NS))
    assert len(BackOff().check(files.cut())) == violations


def test_a_successor_that_fails_delays_its_refresh_and_not_its_slot(files):
    life(files, 1, 0.5, 1.0)
    files.cut(refreshes=1)
    for number, (start_s, end_s) in enumerate([(1.2, 1.3), (1.3, 1.4)], 2):
        life(files, number, start_s, end_s)
    assert not BackOff().check(files.cut(refreshes=1)), "the refresh may have gone on"
    life(files, 4, 1.4, 1.5)
    life(files, 5, 1.5, 1.6)
    files.journal("start", incarnation=6, t_ns=round(1.6 * SECOND_NS))
    assert len(BackOff().check(files.cut(refreshes=1))) == 1, "and now it is over"


@pytest.mark.parametrize("replied, violations", [(True, 0), (False, 1)])
def test_a_reply_to_a_client_that_has_left_may_count_as_served(files, replied, violations):
    life(files, 1, 0.5, 1.0)
    life(files, 2, 1.0, 2.0)
    files.journal("start", incarnation=3, t_ns=2 * SECOND_NS)
    files.histories.clients.add(record(TOKENS[0], records.LEFT))
    files.journal("recv", TOKENS[0])
    if replied:
        files.journal("reply", TOKENS[0], slept_us=1)
    files.trace(TOKENS[0], "unknown", "reset")
    assert len(BackOff().check(files.cut())) == violations


def test_a_start_beside_a_daemon_that_ends_later_follows_no_death(files):
    life(files, 1, 0.5, 1.0)
    life(files, 2, 1.0, 3.0)
    files.journal("start", incarnation=3, t_ns=2 * SECOND_NS)
    assert not BackOff().check(files.cut())


@pytest.mark.parametrize("told, running", [
    ("", False), ("started", True), ("started|done", False),
    ("started|to be followed by another|to be followed by another|done", True),
    ("started|to be followed by another|aborted after 3|done", False),
])
def test_the_log_tells_whether_a_refresh_is_under_way(told, running):
    log_text = "".join(f"notice refresh {what}\n" for what in told.split("|") if what)
    assert refresh_running(log_text) == running


def met(files, *faults, cause, at_ns=5, decided_ns=8, **meddled):
    """What is wrong when a request has met these faults, and has failed with that cause."""
    files.journal("start", t_ns=1)
    files.journal("recv", TOKENS[0])
    for action in faults:
        files.journal("fault", TOKENS[0], point="before-reply", action=action, fault=action,
                      t_ns=at_ns)
    files.trace(TOKENS[0], "timeout" if cause == "busy-timeout" else "failed", cause, decided_ns)
    files.histories.clients.add(record(TOKENS[0], records.ERROR_REPLY))
    segment = files.histories.cut([{}], **meddled)
    return [found.what for found in CauseEquality().check(segment) if " ended as " in found.what]


def test_of_several_faults_any_may_be_the_one_that_is_seen(files):
    assert not met(files, "drop", "close-stdout", cause="daemon-death")


def test_the_cause_is_that_of_a_fault(files):
    assert met(files, "drop", cause="daemon-death")


@pytest.mark.parametrize("outcome, cause, violations", [("unknown", "reset", 0), ("replied", None, 1)])
def test_a_daemon_whose_client_has_left_may_have_been_too_slow(files, outcome, cause, violations):
    files.trace(TOKENS[0], outcome, cause)
    files.histories.clients.add(record(TOKENS[0], records.LEFT))
    segment = files.histories.cut([{"condemned timeout": 1}])
    assert len(CondemnedCount().check(segment)) == violations


@pytest.mark.parametrize("concurrency, retired, condemned, violations", [
    (4, 0, 1, 0), (4, 1, 0, 0), (4, 1, 1, 0), (4, 0, 0, 1), (4, 1, 2, 1), (1, 1, 0, 1)])
def test_of_daemons_with_several_requests_one_that_was_retired_is_not_condemned_too(
        concurrency, retired, condemned, violations):
    line = TraceLine("0", "timeout", "busy-timeout", DaemonName(0, 1, 77), 1, 2, 999)
    grown = {"condemned timeout": condemned, "daemon retired": retired}
    segment = Segment(Promises(1, concurrency=concurrency), {"0": Operation("0", trace=[line])},
                      samples=[{}, grown])
    assert len(CondemnedCount().check(segment)) == violations


@pytest.mark.parametrize("daemons, retired, condemned, violations", [
    ((1, 2), 0, (1, 1), 0), ((1, 2), 1, (1, 0), 0), ((1, 2), 1, (0, 0), 1), ((1, 2), 2, (0, 0), 0),
    ((1, 1), 1, (0, 0), 0)])
def test_a_daemon_that_was_retired_explains_only_one_that_is_missing_of_all_causes(
        daemons, retired, condemned, violations):
    """One that was given two causes is missing of both."""
    causes = (("timeout", "busy-timeout"), ("failed", "oversize-reply"))
    operations = {str(number): Operation(str(number), trace=[
        TraceLine(str(number), *cause, DaemonName(0, daemon, 76 + daemon), 1, 2, 999)])
        for number, (daemon, cause) in enumerate(zip(daemons, causes))}
    grown = dict(zip(("condemned timeout", "condemned oversize-reply"), condemned)) | {
        "daemon retired": retired}
    segment = Segment(Promises(2, concurrency=4), operations, samples=[{}, grown])
    assert len(CondemnedCount().check(segment)) == violations


def test_a_daemon_that_is_killed_need_not_come_to_its_fault(files):
    assert not met(files, "drop", cause="daemon-death", killed=[101])


@pytest.mark.parametrize("waited_s, fault_s, violations", [
    (15, 15.001, 0), (15, 14.951, 0), (15, 14.949, 1), (14.999, 15.001, 1)])
def test_a_fault_at_the_end_of_the_busy_timeout_may_come_too_late(
        files, waited_s, fault_s, violations):
    assert len(met(files, "exit", cause="busy-timeout", at_ns=4 + round(fault_s * SECOND_NS),
                   decided_ns=4 + round(waited_s * SECOND_NS))) == violations


def timed_out_before_its_exit(files, **meddled):
    return met(files, "exit", cause="busy-timeout", **meddled)


def test_a_daemon_that_is_stopped_need_not_come_to_its_fault(files):
    assert not timed_out_before_its_exit(files, stopped=[101])


def test_another_than_the_one_that_is_stopped_has_no_excuse(files):
    assert timed_out_before_its_exit(files, stopped=[102])


def test_a_number_that_is_left_out_breaks_the_algebra(files):
    files.journal("start", incarnation=1)
    files.journal("start", incarnation=3)
    segment = files.cut()
    segment.samples[-1] = {"daemon spawns": 2, "daemon deaths": 1, "daemon S_AVAILABLE": 1,
                           "daemon S_BUSY": 0, "daemon S_SPAWNING": 0, "daemon S_STARTING": 0}
    (found,) = [found for found in RespawnAlgebra().check(segment) if "deaths" not in found.what]
    assert "count up by one" in found.what


@pytest.mark.parametrize("spawns, violations", [(1, 1), (2, 0), (3, 0), (4, 1)])
def test_a_start_after_the_statistics_may_be_in_the_journal_already(files, spawns, violations):
    for number in range(1, 4):
        files.journal("start", incarnation=number, t_ns=number * SECOND_NS)
    segment = files.cut()
    segment.asked_ns = 3 * SECOND_NS
    segment.samples[-1] = {"daemon spawns": spawns, "daemon deaths": spawns - 1,
                           "daemon S_AVAILABLE": 1, "daemon S_BUSY": 0, "daemon S_SPAWNING": 0,
                           "daemon S_STARTING": 0}
    found = [found for found in RespawnAlgebra().check(segment) if "spawns" in found.what]
    assert len(found) == violations


@pytest.mark.parametrize("refreshes, first_ended, lost", [
    (1, False, False), (0, False, True), (1, True, True)])
def test_a_slot_is_not_lost_while_an_older_daemon_has_it_beside_the_successor_that_failed(
        files, refreshes, first_ended, lost):
    files.journal("start", incarnation=1, t_ns=SECOND_NS)
    if first_ended:
        files.journal("exit", incarnation=1, t_ns=2 * SECOND_NS, reason="fault")
    life(files, 2, 3.0, 4.0)
    segment = files.cut(refreshes=refreshes)
    segment.cut_ns = 1000 * SECOND_NS
    segment.samples[-1] = {"daemon spawns": 2, "daemon deaths": 1, "daemon S_AVAILABLE": 1,
                           "daemon S_BUSY": 0, "daemon S_SPAWNING": 0, "daemon S_STARTING": 0}
    found = [found for found in RespawnAlgebra().check(segment) if "no successor" in found.what]
    assert bool(found) == lost


class Restless:
    """A redirector of one daemon that is at rest for one look, and in between deaths before and
    after: each has been respawned, and is counted a little later."""
    host, port, trace_path, journal_path = "127.0.0.1", 1, os.devnull, os.devnull

    pid = os.getpid()

    def __init__(self, *spawns):
        self.looks = iter(spawns)

    def stats(self):
        spawns = next(self.looks)
        lines = {"queries in-flight": 0, "clients open": 0, "daemon spawns": spawns,
                 "daemon deaths": 1, "daemon retired": 1, "daemon S_AVAILABLE": 1,
                 "daemon S_BUSY": 0, "daemon S_SPAWNING": 0, "daemon S_STARTING": 0,
                 "daemon S_STOPPING": 0}
        return Stats(f"{label} {value}" for label, value in lines.items())

    def daemon_pids(self):
        return []


@pytest.mark.parametrize("spawns, violations", [((4, 3, 4), 0), ((4,) * 99, 1)])
def test_the_statistics_that_show_rest_are_those_that_are_judged(spawns, violations):
    server = Restless(*spawns)
    run = CheckedRun(server, server, PROMISES, checkers=[RespawnAlgebra], rest_s=0.1)
    run.cut()
    assert len([found for found in run.violations if "initial" in found.what]) == violations


def test_what_is_held_at_rest_is_looked_at_again_when_a_daemon_was_started_meanwhile(files):
    server = Restless(3, 4, 3, 3)
    _, footprint = Rest(server, files.histories, server.stats).hold(0.1)
    assert footprint.threads and next(server.looks, None) is None


@pytest.mark.parametrize("successes, ended_s, violations", [(3, 4.9, 0), (3, 5.1, 1), (2, 1.0, 1)])
def test_recovery_wants_enough_successes_and_soon_enough(successes, ended_s, violations):
    ended_ns = round(scaled(ended_s) * SECOND_NS)
    operations = {token: Operation(token, [record(token, ended_ns=ended_ns)])
                  for token in TOKENS[:successes]}
    segment = Segment(PROMISES, operations, faults_stopped_ns=0)
    assert len(Recovery().check(segment)) == violations


def test_a_run_that_shows_nothing_is_vacuous():
    checker = NonVacuity()
    checker.check(Segment(PROMISES, {}, planned=frozenset({("idle", "exit")})))
    assert len(checker.finish()) == 2


@pytest.mark.parametrize("growth_kib, violations", [(128, 0), (129, 1)])
def test_memory_may_not_grow_cycle_by_cycle(growth_kib, violations):
    held = Footprint.of(os.getpid())
    cycles = [Footprint(held.descriptors, 1, 0, 1000 + growth_kib * number) for number in range(5)]
    checker = Leaks()
    checker.check(Segment(PROMISES, {}, footprints=cycles))
    assert slope([cycle.rss_kib for cycle in cycles]) == growth_kib
    assert len(checker.finish()) == violations


def test_a_verdict_names_its_evidence():
    daemon = DaemonName(1, 2, 345)
    found = Violation("attribution", "by nobody", tokens=("tk_1",), daemons=(daemon,),
                      times_ns=(1_500_000_000,))
    with pytest.raises(AssertionError, match=r"attribution: by nobody \[tk_1, worker 1 incarnation "
                                             r"2 pid 345, at 1.500000 s\]"):
        assert_clean([found])
    assert_clean([])


# -- lines that nobody asked for ----------------------------------------------------------------

def journalled(event, t_ns, daemon):
    return JournalLine(event, t_ns, daemon, None, None, None, None, None, None)


def sighting(concurrency, *replies, t_ns=100, asked_ns=None):
    """When a line that was written at t_ns counts; `replies` are (written, read) by the same daemon;
    the redirector is at rest when it is asked at asked_ns."""
    daemon = DaemonName(0, 1, 77)
    operations = {str(number): Operation(
        str(number), replied=[journalled("reply", written_ns, daemon)],
        trace=[TraceLine(str(number), "replied", None, daemon, 1, 2, 999, read_ns)])
        for number, (written_ns, read_ns) in enumerate(replies)}
    segment = Segment(Promises(1, concurrency=concurrency), operations, asked_ns=asked_ns)
    return StraySightings(segment).seen_ns(journalled("stray", t_ns, daemon))


def test_a_line_of_a_daemon_with_one_request_counts_when_it_is_written():
    assert sighting(1, (90, 95), (110, 130)) == 100


@pytest.mark.parametrize("replies, seen_ns", [
    ([], None), ([(90, 120)], None), ([(100, 120)], None), ([(101, 130)], 130),
    ([(140, 160), (101, 150)], 150), ([(101, None)], None)])
def test_a_line_of_a_daemon_with_several_counts_when_a_later_reply_has_been_read(replies, seen_ns):
    assert sighting(4, *replies) == seen_ns


@pytest.mark.parametrize("asked_ns, replies, seen_ns", [
    (200, [], 200), (200, [(90, 120)], 200), (200, [(101, 130)], 130), (100, [], None), (90, [], None)])
def test_a_line_that_no_reply_follows_counts_when_all_is_at_rest(asked_ns, replies, seen_ns):
    assert sighting(4, *replies, asked_ns=asked_ns) == seen_ns


def test_the_replies_of_another_daemon_say_nothing_of_a_line():
    segment = Segment(Promises(1, concurrency=4), {"0": Operation(
        "0", replied=[journalled("reply", 110, DaemonName(0, 2, 78))],
        trace=[TraceLine("0", "replied", None, DaemonName(0, 2, 78), 1, 2, 999, 130)])})
    assert StraySightings(segment).seen_ns(journalled("stray", 100, DaemonName(0, 1, 77))) is None
