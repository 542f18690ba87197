"""Stateful search is tested by mutation, as the checkers are: it finds a bug, shrinks the run that shows
it, keeps it in a capsule, and the replay tells the broken redirector from its correct twin."""

import json
import os
import pathlib
import signal
import subprocess
import sys

import pytest

from pytest_iotcpd import eventually, proc, scaled
from pytest_iotcpd.deadline import inconclusive_when_overloaded
from pytest_iotcpd.replay import BAD_USE, CLEAN, INCONCLUSIVE, REPRODUCED
from pytest_iotcpd.history import Violation
from pytest_iotcpd.stateful import Manner, Scenario, Trial, Verdict, capsule, steps
from pytest_iotcpd.stateful.shrinking import shrink
from pytest_iotcpd.stateful.verdict import Judgement

timing = pytest.mark.xdist_group("timing")
HARNESS = pathlib.Path(__file__).parent
TWIN = "none"


def mutant(bug, fake_daemon_binary):
    """The small redirector with that bug."""
    return capsule.Programs((sys.executable, str(HARNESS / "mutants"), "--bug", bug),
                            fake_daemon_binary, rest_s=10.0 if bug == TWIN else 0.5)


def replay(*words):
    return subprocess.run([sys.executable, "-m", "pytest_iotcpd.replay", *map(str, words)],
                          cwd=HARNESS, capture_output=True, text=True, check=False,
                          timeout=scaled(40), stdin=subprocess.DEVNULL)


def command_of(programs):
    return " ".join(programs.redirector)


# -- proof by mutation ----------------------------------------------------------------------------

BUGS = [
    ("double-count", "conservation", 2, Manner()),
    ("out-of-turn", "cross-talk", 3, Manner(keep_alive=True)),
    ("unknown-id-serves-on", "poisoned daemons", 1, Manner(concurrency=4)),
    ("late-reply-leak", "poisoned daemons", 2, Manner()),
    ("descriptor-leak", "leaks", 1, Manner()),
    ("refresh-loses-slot", "respawn algebra", 2, Manner()),
]


@pytest.mark.parametrize("bug, checker, seed, manner", BUGS, ids=[case[0] for case in BUGS])
@timing
def test_a_bug_is_found_shrunk_kept_and_reproduced(bug, checker, seed, manner, fake_daemon_binary, tmp_path):
    search = pytest.importorskip("pytest_iotcpd.stateful.search")
    programs = mutant(bug, fake_daemon_binary)
    found = search.Search(programs, tmp_path / "capsule", examples=20, seed=seed,
                          budget_s=scaled(10.0), shrink_s=scaled(4.0), manners=(manner,)).run()
    # Where daemons are starved there are few examples, and they may not do what the bug is about.
    with inconclusive_when_overloaded():
        assert found.found, str(found)
        kept = capsule.read(tmp_path / "capsule")
        assert checker in kept.checkers and len(kept.scenario.steps) <= 5, str(found)
        again = replay(tmp_path / "capsule")
        assert again.returncode == REPRODUCED and checker in again.stdout, again
        twin = replay(tmp_path / "capsule", "--times", 1, "--iotcpd-binary",
                      command_of(mutant(TWIN, fake_daemon_binary)))
        assert twin.returncode in (CLEAN, INCONCLUSIVE), twin
    assert kept.scenario == found.found and kept.programs == programs


def test_the_same_seed_draws_the_same_steps(fake_daemon_binary, tmp_path):
    search = pytest.importorskip("pytest_iotcpd.stateful.search")
    drawn = []
    for folder in ("once", "again"):
        found = search.Search(mutant("double-count", fake_daemon_binary), tmp_path / folder,
                              examples=1, budget_s=scaled(20.0), shrink_s=0.0).run()
        drawn.append(found.last)
    assert drawn[0] == drawn[1] and len(drawn[0].steps) >= 4


def test_a_smaller_scenario_that_fails_only_now_and_then_is_not_kept(fake_daemon_binary, tmp_path,
                                                                     monkeypatch):
    search = pytest.importorskip("pytest_iotcpd.stateful.search")
    verdicts = iter([Verdict((Violation("conservation", "wrong"),)), Verdict()])

    class Played:
        """Instead of a Trial: what came of it is known."""
        def __init__(self, _, scenario):
            self.scenario, self.verdict = scenario, next(verdicts)

        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

        def finish(self):
            pass

    def shrink_once(_, fails):
        monkeypatch.setattr(search, "Trial", Played)
        assert not fails(Scenario()) and not list(verdicts)

    monkeypatch.setattr(search, "shrink", shrink_once)
    hunt = search.Search(mutant("double-count", fake_daemon_binary), tmp_path / "capsule", seed=2,
                         examples=20, budget_s=scaled(20.0), shrink_s=scaled(20.0)).run()
    assert hunt.found == capsule.read(tmp_path / "capsule").scenario != Scenario()


# -- what happens to requests on their way ---------------------------------------------------------

def play(iotcpd_binary, fake_daemon_binary, *its_steps):
    """(outcome, cause) of each query in the trace, once all is over; no checker complains."""
    programs = capsule.Programs(tuple(iotcpd_binary), fake_daemon_binary)
    with Trial(programs, Scenario(1, 1, its_steps)) as trial:
        trial.finish()
        with inconclusive_when_overloaded():
            assert not trial.verdict.violations, str(trial.verdict)
        return [(line["outcome"], line["cause"]) for line in trial.pool.server.trace()]


@timing
def test_a_request_that_a_stopped_daemon_has_not_read_goes_to_its_successor(
        iotcpd_binary, fake_daemon_binary):
    outcomes = play(iotcpd_binary, fake_daemon_binary, steps.Stop(), steps.Begin(), steps.Kill())
    with inconclusive_when_overloaded():  # its successor has no more than the busy-timeout
        assert set(outcomes) == {("replied", None)}


# -- its parts ------------------------------------------------------------------------------------

STEPS = (steps.Send("@after-read=exit(3)", 4), steps.Begin("x", 2), steps.SendSlowly(), steps.HalfClose("x"),
         steps.BreakOff(), steps.Abort(), steps.Pipeline("x", 4), steps.AbortPipeline("x", 6),
         steps.Inject("after-read = exit(3)"), steps.Mend(),
         steps.Hup(), steps.Stop(1), steps.Continue(), steps.Kill(2), steps.Load(3), steps.Rest())


def test_every_step_survives_json():
    assert {type(step) for step in STEPS} == set(steps.BY_NAME.values())
    scenario = Scenario(3, 7, STEPS, Manner(keep_alive=True, concurrency=4, threads=2))
    assert Scenario.from_json(json.loads(json.dumps(scenario.to_json()))) == scenario


@pytest.mark.parametrize("value, complaint", [
    ({"step": "fly"}, "accepted are send, "),
    ({"step": "send", "worms": ""}, "worms"),
    ({"step": "kill", "daemon": "first"}, "daemon must be of type int"),
    ({"step": "send", "words": "x\ny"}, "words must be text on one line"),
    ({"step": "inject", "fault": "\ud800"}, "fault must be text on one line"),
    ({"step": "send", "count": -3}, "count must be 1 to 1000"),
    ({"step": "load", "clients": 100_000}, "clients must be 0 to 1000"),
    ("send", "is no step"),
])
def test_what_is_no_step_is_refused(value, complaint):
    with pytest.raises(ValueError, match=complaint):
        steps.from_json(value)


@pytest.mark.parametrize("members, complaint", [
    ({"concurrency": 0}, "concurrency must be a whole number from 1 on"),
    ({"keep_alive": 1}, "keep_alive must be true or false"),
    ({"threads": 2}, "1 daemons are too few for 2 threads"),
])
def test_a_manner_that_is_none_is_refused(members, complaint):
    value = Scenario().to_json()
    assert Scenario.from_json(value) == Scenario()
    with pytest.raises(ValueError, match=complaint):
        Scenario.from_json(value | members)


def test_a_capsule_from_before_there_were_manners_can_be_played():
    assert Scenario.from_json({"num_daemons": 2, "seed": 1, "steps": []}) == Scenario(2)


@pytest.mark.parametrize("scale, overload, counts", [
    (1, None, True), (3, None, False), (1, "CPU pressure is 99 %", False)])
def test_being_late_counts_where_machine_and_programs_are_quick(monkeypatch, scale, overload, counts):
    monkeypatch.setattr("pytest_iotcpd.deadline._scale", scale)
    monkeypatch.setattr("pytest_iotcpd.processors.Processors.overload", lambda self: overload)
    late, wrong = Violation("a", "late", timing=True), Violation("b", "wrong")
    assert bool(Verdict.of([late]).violations) == counts
    assert len(Verdict.of([late, wrong]).violations) == 2


def test_what_has_counted_counts_when_the_machine_is_busier_and_what_has_not_does_not_later(monkeypatch):
    monkeypatch.setattr("pytest_iotcpd.deadline._scale", 1)
    late = Violation("a", "late", timing=True)
    for busy_first, count in ((False, 1), (True, 0)):
        judgement = Judgement()
        for busy in (busy_first, not busy_first):
            monkeypatch.setattr("pytest_iotcpd.processors.Processors.overload",
                                lambda _, busy=busy: "busy" if busy else None)
            assert len(judgement.on([late]).violations) == count
        assert len(judgement.on([late, late]).violations) == 2, "quiet, or known to count"


def test_shrinking_leaves_what_the_failure_needs():
    def fails(scenario):
        names = [steps.name_of(step) for step in scenario.steps]
        kills = [step for step in scenario.steps if isinstance(step, steps.Kill)]
        return "hup" in names and bool(kills) and names.index("hup") < names.index("kill")

    manner = Manner(keep_alive=True, concurrency=4, threads=2)
    small = shrink(Scenario(3, 7, STEPS, manner), lambda scenario: (
        scenario.manner.keep_alive and fails(scenario)))
    assert small == Scenario(1, 7, (steps.Hup(), steps.Kill(0)), Manner(keep_alive=True))


def test_shrinking_leaves_a_daemon_for_each_thread_that_the_failure_needs():
    small = shrink(Scenario(3, 7, STEPS, Manner(threads=2)), lambda scenario: scenario.manner.threads == 2)
    assert small == Scenario(2, 7, (), Manner(threads=2))


def test_shrinking_keeps_a_scenario_that_fails_no_more():
    scenario = Scenario(3, 7, STEPS)
    assert shrink(scenario, lambda _: False) == scenario


def test_a_replay_says_what_is_no_capsule(tmp_path):
    refused = replay(tmp_path)
    assert refused.returncode == BAD_USE and "is no capsule" in refused.stderr
    assert replay().returncode == BAD_USE
    assert replay(tmp_path, "--times", "0").returncode == BAD_USE


def test_where_capsules_stay_none_takes_the_place_of_another(tmp_path):
    one, other = (capsule.new_folder(tmp_path, 7) for _ in range(2))
    assert one != other and one.parent == tmp_path / "build" / "stateful"


@pytest.fixture
def kept(iotcpd_binary, fake_daemon_binary, tmp_path):
    """kept(field=value, ...): the folder of a capsule without steps; fields replace those of its files."""
    def make(**fields):
        scenario = {"num_daemons": 1, "seed": 1, "steps": []}
        about = {"format": 1, "redirector": iotcpd_binary, "fake_daemon": fake_daemon_binary, "rest_s": 5.0,
                 "checkers": ["conservation"]}
        for name, value in fields.items():
            (scenario if name in scenario else about)[name] = value
        (tmp_path / "capsule.json").write_text(json.dumps(about))
        (tmp_path / "scenario.json").write_text(json.dumps(scenario))
        return tmp_path

    return make


def test_the_command_that_a_failure_tells_replays_from_any_folder(kept, iotcpd_binary, fake_daemon_binary):
    search = pytest.importorskip("pytest_iotcpd.stateful.search")
    folder = kept()
    (folder / "verdict.txt").write_text("")
    hunt = search.Search(capsule.Programs(tuple(iotcpd_binary), fake_daemon_binary), folder, examples=1,
                         budget_s=1.0)
    hunt.found = Scenario()
    told = str(hunt).rpartition("to play it again: ")[2]
    ended = subprocess.run(f"{told} --times 1", shell=True, cwd="/", env={"PATH": os.environ["PATH"]},
                           capture_output=True, text=True, check=False, timeout=scaled(40),
                           stdin=subprocess.DEVNULL)
    assert ended.returncode in (CLEAN, INCONCLUSIVE), ended


@pytest.mark.parametrize("name, value", [
    ("redirector", 5), ("redirector", []), ("redirector", [5]), ("fake_daemon", None), ("rest_s", "5"),
    ("rest_s", 0), ("checkers", None), ("format", 2), ("num_daemons", 0), ("seed", -1), ("steps", [5])])
def test_a_damaged_capsule_is_no_verdict(kept, name, value):
    refused = replay(kept(**{name: value}))
    assert (refused.returncode, refused.stdout) == (BAD_USE, "") and refused.stderr.count("\n") == 1, refused


@pytest.mark.parametrize("command, told", [
    ("/bin/false", "replay: /bin/false is not ready: ended with code 1"),
    ("/tmp", "replay: no program at /tmp"),
    ("", "--iotcpd-binary: it is empty"), ("it's", "--iotcpd-binary: it's: No closing quotation; accepted is a command")])
def test_a_program_that_does_not_start_is_no_verdict(kept, command, told):
    refused = replay(kept(), f"--iotcpd-binary={command}")
    assert (refused.returncode, refused.stdout) == (BAD_USE, "") and told in refused.stderr, refused


def test_a_fault_that_is_none_is_no_verdict(kept):
    refused = replay(kept(steps=[{"step": "inject", "fault": "nonsense"}]))
    assert (refused.returncode, refused.stdout) == (BAD_USE, "") and refused.stderr.count("\n") == 1, refused
    assert "a step injects what is no fault: error expected a point: startup" in refused.stderr


def test_a_capsule_nested_too_deep_is_none(kept):
    folder = kept()
    (folder / "scenario.json").write_text("[" * 100_000)
    refused = replay(folder)
    assert refused.returncode == BAD_USE and "is no capsule" in refused.stderr, refused


def test_an_empty_word_for_the_fake_daemon_does_not_mean_the_one_it_was(kept):
    refused = replay(kept(), "--fake-daemon-binary=")
    assert refused.returncode == BAD_USE and "no program at" in refused.stderr, refused


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda each: each.name)
def test_who_ends_a_replay_ends_its_programs(kept, tmp_path, number):
    script = tmp_path / "never-ready"
    script.write_text('#!/bin/sh\necho $$ > "$0.new" && mv "$0.new" "$0.pid"\nexec sleep 60\n')
    script.chmod(0o755)
    with subprocess.Popen([sys.executable, "-m", "pytest_iotcpd.replay", kept(redirector=[str(script)])],
                          cwd=HARNESS, stderr=subprocess.DEVNULL,
                          preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)) as process:
        pid_file = script.with_name("never-ready.pid")
        eventually(pid_file.exists, 20, what="its redirector has started")
        process.send_signal(number)
        process.wait(scaled(30))
    assert not proc.alive(int(pid_file.read_text()))


def test_all_but_the_search_works_without_hypothesis():
    code = ("import sys; sys.modules['hypothesis'] = None\n"
            "import pytest_iotcpd, pytest_iotcpd.replay, pytest_iotcpd.stateful")
    subprocess.run([sys.executable, "-c", code], cwd=HARNESS, check=True, timeout=scaled(20))
