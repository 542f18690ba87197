"""The soak's own judgement: what its seed draws, the generator's account, the verdict, the command
line. That the rules themselves catch what they are for is in test_checkers.py."""

import itertools
import os
import pathlib
import signal
import subprocess
import sys

import pytest

from pytest_iotcpd import command_line, eventually, proc, scaled
from pytest_iotcpd.history import Promises, Segment
from pytest_iotcpd.history.records import DaemonName, JournalLine, TraceLine
from pytest_iotcpd.history.segment import Operation
from pytest_iotcpd.history.verdict import Violation
from pytest_iotcpd.loadgen import OUTCOMES
from pytest_iotcpd.soak import (Campaign, Limits, Round, Soak, Tools, Verdict, campaigns,
                                catalogue)
from pytest_iotcpd.soak.account import Account, count_untellable
from pytest_iotcpd.soak.loaded_histories import LoadedHistories
from pytest_iotcpd.soak.verdict import EXIT_BROKEN, EXIT_CLEAN, EXIT_INCONCLUSIVE

DAEMON = DaemonName(0, 1, 77)


# -- what the seed draws -----------------------------------------------------------------------

def first(seed, count=40, requests=10_000_000):
    return list(itertools.islice(campaigns(seed, requests), count))


def test_the_same_seed_draws_the_same_campaigns_and_another_does_not():
    assert first(1) == first(1) != first(2)


def test_each_round_has_a_subset_and_together_they_have_all():
    drawn = [set(one.faults) for campaign in first(3) for one in campaign.rounds]
    every = {*catalogue.HARMLESS, *catalogue.HARMFUL, *catalogue.SILENT, *catalogue.LATE}
    assert set.union(*drawn) == every and all(drawn) and len(set(map(frozenset, drawn))) > 40
    assert set().union(*(campaign.daemon_faults for campaign in first(3))) == set(
        catalogue.OF_DAEMONS)
    kinds = set().union(*(one.misbehaviour for campaign in first(3) for one in campaign.rounds))
    assert kinds == set(catalogue.MISBEHAVIOUR)


def test_lines_that_come_late_are_met_with_a_rest_and_nowhere_else():
    for campaign in first(4):
        late = {fault for one in campaign.rounds for fault in one.faults} & set(catalogue.LATE)
        assert bool(late) == campaign.late == ("settle" in campaign.options())


def test_campaigns_without_late_lines_take_turns_at_keeping_connections_and_sharing_daemons():
    manners = [(one.keep_alive, one.concurrency > 1) for one in first(5, 16) if not one.late]
    assert manners[:4] == manners[4:] == [(False, False), (True, False), (False, True), (True, True)]
    for campaign in first(5):
        assert ("keep_alive" in campaign.options()) == campaign.keep_alive
        told = campaign.options().get("concurrency", 1)
        assert told == campaign.promises().concurrency == campaign.concurrency
        assert not campaign.late or not campaign.keep_alive and campaign.concurrency == 1


def test_of_campaigns_that_are_otherwise_alike_every_second_has_two_threads():
    drawn = [one for one in first(5, 16) if not one.late]
    assert [one.threads for one in drawn] == [1, 2, 1, 2, 2, 1, 2, 1]
    for one, again in zip(drawn[:4], drawn[4:]):
        assert (one.keep_alive, one.concurrency > 1) == (again.keep_alive, again.concurrency > 1)
    assert [one.options().get("threads", 1) for one in first(5)] == [one.threads for one in first(5)]
    assert {one.threads for one in first(5) if one.late} == {1}


def test_rounds_over_kept_connections_are_alike_and_nobody_misbehaves_in_a_pipeline():
    kept = [campaign for campaign in first(6) if campaign.keep_alive]
    for campaign in kept:
        assert len({(one.connections, one.pipeline) for one in campaign.rounds}) == 1
    depths = {one.pipeline: bool(one.misbehaviour) for campaign in kept for one in campaign.rounds}
    assert depths == {1: True, 2: False, 8: False}
    others = [one for campaign in first(6) if not campaign.keep_alive for one in campaign.rounds]
    assert {one.pipeline for one in others} == {None}


def test_replies_without_an_end_are_for_daemons_that_have_one_request():
    endless = {fault for fault in catalogue.SILENT if fault.action in catalogue.RUNS_INTO_THE_NEXT}
    drawn = {False: set(), True: set()}
    for campaign in first(7, 80):
        if not campaign.late:
            drawn[campaign.concurrency > 1] |= {fault for one in campaign.rounds for fault in one.faults}
    assert len(endless) == 2 and endless <= drawn[False] and not endless & drawn[True]
    assert drawn[False] - drawn[True] == endless


@pytest.mark.parametrize("requests", [1, 20_000, 10_000_000])
def test_every_fault_of_a_round_is_to_be_expected_several_times(requests):
    for campaign in first(5, 6, requests):
        for one in campaign.rounds:
            weights = [int(template.partition(":")[0]) for template in one.templates()]
            assert min(weights) * one.requests / sum(weights) >= 10


# -- the generator's account -------------------------------------------------------------------

def traced(outcome, number, handed_out_ns=100, decided_ns=200):
    return TraceLine(f"tk_{number}", outcome, None, DAEMON, 90, handed_out_ns, decided_ns)


def segment_of(*outcomes, strays=()):
    """Queries that ended so; a daemon has had each of them."""
    operations = {}
    for number, outcome in enumerate(outcomes):
        received = JournalLine("recv", 110, DAEMON, f"tk_{number}", None, None, None, None, None)
        operations[f"tk_{number}"] = Operation(f"tk_{number}", trace=[traced(outcome, number)],
                                               received=[received])
    lines = [JournalLine("stray", t_ns, DAEMON, None, None, None, None, None, None)
             for t_ns in strays]
    return Segment(Promises(1), operations, strays=lines)


def result_of(misbehaved=None, **outcomes):
    named = {name: outcomes.get(name.replace("-", "_"), 0) for name in OUTCOMES}
    misbehaved = misbehaved or {}
    return {"outcomes": named, "misbehaved": misbehaved, "planned": sum(named.values()) + sum(
        sum(kind.values()) for kind in misbehaved.values())}


def found(result, segment, **settings):
    return [violation.what.partition(":")[0]
            for violation in Account(result, **settings).check(segment)]


def test_an_account_that_agrees_with_the_trace_is_clean():
    assert not found(result_of(ok=2, error_reply=1), segment_of("replied", "replied", "failed"))


@pytest.mark.parametrize("outcome, rule", [
    ("cross-talk", "cross-talk"), ("wrong-reply", "cross-talk"), ("timeout", "lost / duplicate"),
    ("truncated", "truncation"), ("empty", "one outcome"), ("reset", "one outcome"),
    ("refused", "one outcome"), ("censored", "one outcome")])
def test_an_ordinary_client_is_answered_and_with_its_own(outcome, rule):
    result = result_of(ok=1, **{outcome.replace("-", "_"): 1})
    assert rule in found(result, segment_of("replied", "replied"))


def test_what_was_cut_short_may_be_unanswered():
    assert not found(result_of(ok=1, censored=1), segment_of("replied"), interrupted=True)


@pytest.mark.parametrize("outcomes", [("replied",), ("replied", "failed"), ("replied",) * 3])
def test_each_reply_that_a_client_saw_is_in_the_trace_and_no_other(outcomes):
    assert "lost / duplicate" in found(result_of(ok=2), segment_of(*outcomes))


@pytest.mark.parametrize("outcome", ["replied", "failed", "unknown"])
def test_who_left_may_have_any_outcome(outcome):
    result = result_of({"rst": {"reset": 1}}, ok=1)
    assert not found(result, segment_of("replied", outcome))
    assert "lost / duplicate" in found(result, segment_of("replied", outcome, outcome))


def test_a_client_that_half_closes_is_owed_a_reply_too():
    assert found(result_of({"half-close": {"timeout": 1}}, ok=1), segment_of("replied"))


def test_a_reply_out_of_nowhere_is_noticed():
    segment = segment_of("replied")
    segment.operations["tk_0"].received.clear()
    assert found(result_of(ok=1), segment)


@pytest.mark.parametrize("stray_ns, untellable", [(99, 0), (100, 1), (200, 1), (201, 0)])
def test_a_late_line_is_untellable_only_while_its_daemon_has_a_request(stray_ns, untellable):
    assert count_untellable(segment_of("replied", strays=[stray_ns])) == untellable


def test_a_foreign_reply_is_excused_by_a_line_that_nobody_could_have_told_and_by_nothing_else():
    segment = segment_of("replied", "replied", strays=[150])
    assert "cross-talk" in found(result_of(ok=1, cross_talk=1), segment)
    assert not found(result_of(ok=1, cross_talk=1), segment, excused=1)
    assert "cross-talk" in found(result_of(cross_talk=2), segment, excused=1)


# -- the join ----------------------------------------------------------------------------------

def test_queries_without_a_token_are_apart_and_who_is_gone_has_left(tmp_path):
    line = ('{"request":"%s","outcome":"%s","cause":null,"worker":null,"incarnation":null,'
            '"pid":null,"complete_ns":null,"handed_out_ns":null,"decided_ns":5}\n')
    trace = tmp_path / "trace"
    trace.write_text(line % ("tk", "failed") + line % ("tk_", "failed")
                     + line % ("tk_" + "0" * 16, "unknown"), encoding="ascii")
    histories = LoadedHistories(Promises(1), trace, tmp_path / "journal")
    segment = histories.cut([{}])
    assert [bool(operation.client) for operation in segment.operations.values()] == [
        False, False, True]
    (tmp_path / "journal").touch()
    histories.keep(tmp_path)
    assert (tmp_path / "trace.jsonl").read_bytes() == trace.read_bytes()


# -- the verdict -------------------------------------------------------------------------------

@pytest.mark.parametrize("timing, overload, code", [
    (None, None, EXIT_CLEAN), (False, "busy", EXIT_BROKEN), (True, None, EXIT_BROKEN),
    (True, "busy", EXIT_INCONCLUSIVE)])
def test_only_lateness_on_a_busy_machine_is_inconclusive(monkeypatch, timing, overload, code):
    monkeypatch.setattr("pytest_iotcpd.deadline.overload", lambda: overload)
    verdict = Verdict(1, requests=5)
    verdict.note("here", [Violation("rule", "what", timing=timing)] if timing is not None else [])
    assert verdict.exit_code == code


def test_a_soak_that_has_asked_nothing_is_inconclusive():
    verdict = Soak(1, Limits(400, duration_s=1e-9), Tools(["/nonesuch"], "/nonesuch", "/nonesuch"), "", "").run()
    assert (verdict.requests, verdict.exit_code) == (0, EXIT_INCONCLUSIVE)
    assert verdict.summary().endswith("inconclusive: nothing was asked")


def test_a_fault_that_never_fired_and_a_soak_without_success_are_found():
    verdict = Verdict(1, requests=5)
    verdict.planned.update([("idle", "exit"), ("idle", "abort")])
    verdict.fired.update([("idle", "abort")])
    verdict.judge_vacuity()
    assert len(verdict.findings) == 2 and verdict.exit_code == EXIT_BROKEN


# -- a redirector that is broken ---------------------------------------------------------------

class Small(Campaign):
    """What a mutant can take."""

    def options(self):
        return {"trace": True, "busy_timeout": "300ms", "queue_timeout": "10s",
                "alarm_interval": "50ms", "max_reply": 4096}


def small_campaign(*words):
    faults = [fault for fault in (*catalogue.HARMFUL, *catalogue.SILENT) if fault.action in words]
    one = Round(0, 1, 400, 4, tuple(faults), {}, None)
    return Small(0, 1, False, 2, {}, None, (one,))


@pytest.mark.parametrize("mutant, faults, rule, evidence", [
    ("none", ["extra-line", "exit"], None, None),
    ("off-by-one", ["extra-line"], "account", "cross-talk"),
    ("silent-close", ["exit"], "account", "one outcome"),
    ("double-count", ["drop"], "conservation", "total"),
    ("uncounted-spawn", ["exit"], "respawn algebra", "spawns")])
def test_a_soak_catches_a_broken_redirector_and_keeps_the_evidence(
        monkeypatch, tmp_path, loadgen_binary, fake_daemon_binary, mutant, faults, rule, evidence):
    campaign = small_campaign(*faults)
    monkeypatch.setattr("pytest_iotcpd.soak.soak.campaigns", lambda *_: iter([campaign]))
    monkeypatch.setattr("pytest_iotcpd.soak.drive._REST_S", 2.0)
    mutants = pathlib.Path(__file__).with_name("mutants")
    tools = Tools([sys.executable, str(mutants), "--bug", mutant], loadgen_binary[0],
                  fake_daemon_binary)
    verdict = Soak(1, Limits(400), tools, str(tmp_path), str(tmp_path / "capsules")).run()
    found = [finding.violation for finding in verdict.findings if not finding.violation.timing]
    assert (verdict.exit_code == EXIT_BROKEN) == bool(found) == bool(rule), verdict.findings
    if rule:
        assert any(one.checker == rule and evidence in one.what for one in found), found
        (capsule,) = verdict.capsules
        assert {"trace.jsonl", "journal.jsonl", "violations.txt", "setting.txt",
                "loadgen.json", "iotcpd.log"} == set(os.listdir(capsule))
        assert os.path.getsize(os.path.join(capsule, "trace.jsonl")) > 400 * 50


# -- the command line --------------------------------------------------------------------------

def command(*words):
    folder = os.path.dirname(__file__)
    return [sys.executable, "-m", "pytest_iotcpd.soak", *words], {**os.environ,
                                                                  "PYTHONPATH": folder}


@pytest.mark.parametrize("words", [["--requests", "0"], ["--requests", "10q"], ["--duration", "5"],
                                   ["--seed", "x"], ["surplus"], ["--unknown"], ["--bin", "/nonesuch"],
                                   ["--report", "/nonesuch/record.md"], ["--report", "/tmp"],
                                   ["--capsules", "/etc/passwd/of"], ["--capsules", ""]])
def test_bad_use_is_told_in_one_line(words):
    argv, env = command(*words)
    ended = subprocess.run(argv, env=env, capture_output=True, text=True, check=False)
    assert ended.returncode == 64 and ended.stderr.count("\n") == 1


def test_bad_use_is_told_before_anything_is_built(repository):
    ended = subprocess.run([repository / "scripts/soak", "--requests", "0"], capture_output=True, text=True,
                           check=False, stdin=subprocess.DEVNULL)
    assert (ended.returncode, ended.stdout) == (64, "")
    assert ended.stderr == ("scripts/soak: argument --requests: '0' is not a number of requests such as 50k"
                            " or 10M\n")


def test_an_error_of_its_own_is_no_verdict(capsys):
    def broken():
        raise RuntimeError("not foreseen")

    assert command_line.exit_code(broken) == 70
    assert "RuntimeError: not foreseen" in capsys.readouterr().err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP], ids=lambda each: each.name)
def test_an_interrupt_gives_a_verdict_on_what_was_done(iotcpd_binary, tmp_path, number):
    """HUP is what a terminal says that is closed."""
    report = tmp_path / "record.md"
    argv, env = command("--requests", "10M", "--seed", "6", "--report", str(report), "--bin",
                        os.path.dirname(iotcpd_binary[0]), "--capsules", str(tmp_path / "capsules"))
    with subprocess.Popen(argv, env=env, stdout=subprocess.PIPE, text=True,
                          process_group=0, preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL)
                          ) as soak:
        eventually(lambda: any("run" in proc.command_line(pid) for pid in proc.children(soak.pid)),
                   20.0, what="the load generator runs")
        children = proc.children(soak.pid)
        soak.send_signal(number)
        text, _ = soak.communicate(timeout=scaled(50))
    if soak.returncode == EXIT_INCONCLUSIVE:
        pytest.skip(f"inconclusive: {text}")
    assert soak.returncode == EXIT_CLEAN and text.startswith("seed 6: "), text
    assert not any(map(proc.alive, children))
    assert "(interrupted)" in report.read_text(encoding="utf-8")
