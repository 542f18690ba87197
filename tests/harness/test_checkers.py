"""The checkers are tested by mutation: each catches the broken redirector that is meant for it, and
finds nothing wrong with the correct twin in the same scenario, with the same real fake daemons."""

import dataclasses
import pathlib
import re
import sys

import pytest

from conformance_proofs import PROOFS
from pytest_iotcpd import scaled
from pytest_iotcpd.deadline import inconclusive_when_overloaded
from pytest_iotcpd.history import Ask, Burst, CheckedRun, Promises, assert_clean
from pytest_iotcpd.iotcpd import Iotcpd
from pytest_iotcpd.running import RUNNING

# A file that takes long: those with the longest timeouts are begun first.
pytestmark = pytest.mark.timeout(120)

MUTANTS = pathlib.Path(__file__).with_name("mutants")
TWIN = "none"

CRASH = "@after-read=exit(7)"
BABBLE = "@before-reply=extra-line(STRAY)"
SLOW = "@before-reply=sleep(700ms)"
OVERSIZE = "@before-reply=oversize(6000)"
HALF_A_REPLY = "@mid-reply(30)=exit(0)"
PLAIN = [""] * 6


@dataclasses.dataclass(frozen=True)
class Scenario:
    """What a redirector goes through: `asks`, `cycles` times, by so many clients at once."""
    asks: tuple
    n: int = 1
    clients: int = 1
    busy_timeout_s: float = 0.3
    queue_timeout_s: float = 3.0
    alarm_interval_s: float = 0.1
    fault: str | None = None       #: of every daemon
    planned: tuple = ()            #: what that is to fire
    cycles: int = 1
    concurrency: int = 0           #: requests that a daemon has at a time, by channel IDs
    keep_alive: bool = False       #: the asks are bursts, each on a connection of its own
    recovery_s: float | None = None  #: when all is to be well again after the asks

    def promises(self):
        """Unscaled: what --timeout-scale is for is not under test here."""
        return Promises(self.n, self.busy_timeout_s, self.queue_timeout_s, self.alarm_interval_s,
                        max_reply=4096, concurrency=max(self.concurrency, 1),
                        keep_alive=self.keep_alive, slack_s=0.3 / scaled(1),
                        recovery_s=(self.recovery_s or 0) / scaled(1))

    def options(self):
        return {"trace": True, "busy_timeout": f"{self.busy_timeout_s}s", "max_reply": 4096,
                "queue_timeout": f"{self.queue_timeout_s}s",
                "alarm_interval": f"{self.alarm_interval_s}s",
                **({"concurrency": self.concurrency} if self.concurrency else {}),
                **({"keep_alive": True} if self.keep_alive else {})}

    def play(self, run):
        for _ in range(self.cycles):
            (run.pipeline if self.keep_alive else run.ask)(self.asks, self.clients)
            if self.cycles > 1:
                run.end_cycle()
        if self.recovery_s:
            run.recover()
        return run.finish()


TIMEOUT = Scenario(("", SLOW, *PLAIN))
#: Somebody always waits, so that the late reply finds its victim.
LATE = Scenario(("", SLOW, *PLAIN, *PLAIN), clients=4)
STUCK = Scenario(("", "@after-read=hang", ""))
STRAY = Scenario((BABBLE, *PLAIN))
DEATH = Scenario(("", CRASH, *PLAIN), n=2)
TORN = Scenario(("", HALF_A_REPLY, *PLAIN))
UNPROVEN = Scenario((CRASH, "", CRASH, *PLAIN), n=1)
QUEUEING = Scenario(("@before-reply=sleep(80ms)",) * 8, clients=4)
STARTS_BADLY = Scenario(("", ""), queue_timeout_s=1.0, fault="startup = first(4) exit(1)",
                        planned=(("startup", "exit"),), recovery_s=3.0)
LONG_QUEUE = Scenario(("@after-read=sleep(400ms)",) * 2, clients=2, busy_timeout_s=1.0,
                      queue_timeout_s=0.2)
NOBODY_THERE = Scenario(("",), busy_timeout_s=0.1, queue_timeout_s=0.2,
                        alarm_interval_s=0.5, fault="startup = first(3) exit(1)",
                        planned=(("startup", "exit"),), recovery_s=4.0)
CYCLES = Scenario((CRASH, *[""] * 12), n=2, cycles=4)
LEAVING = Scenario(("", Ask("@before-reply=sleep(150ms)", leave=True), *PLAIN))

TANGLED = Scenario(("@after-read=sleep(100ms)", *PLAIN) * 2, clients=4, concurrency=4)
#: When the first is overdue the other client's is half as old.
ONE_OVERDUE = Scenario(("@before-reply=drop", "@after-read=sleep(150ms)", "@after-read=sleep(250ms)", *PLAIN),
                       clients=2, concurrency=4)
ANSWERED_TWICE = Scenario(("", "@before-reply=duplicate", *PLAIN), concurrency=4)

#: The second request is done before the first; the fourth fails.
BURSTS = Scenario((Burst(("@after-read=sleep(100ms)", "", "", CRASH, "", "")), Burst(("", "")),
                   Burst(("@after-read=sleep(100ms)", ""), leave_after=0)),
                  n=2, clients=2, queue_timeout_s=0.6, keep_alive=True)

#: mutant, the checker that is meant for it, the scenario in which it must show.
CASES = [
    ("ignores-ids", "cross-talk", TANGLED),
    ("unknown-id-serves-on", "poisoned daemons", ANSWERED_TWICE),
    ("one-timeout-for-all", "timeout window", ONE_OVERDUE),
    ("out-of-turn", "cross-talk", BURSTS),
    ("skips-failures", "cross-talk", BURSTS),
    ("late-reply-leak", "cross-talk", LATE),
    ("off-by-one", "cross-talk", STRAY),
    ("second-reply", "one outcome", STRAY),
    ("silent-close", "one outcome", DEATH),
    ("traced-twice", "one outcome", DEATH),
    ("lost-request", "lost / duplicate",
     dataclasses.replace(DEATH, asks=("", Ask(CRASH, deadline_s=1.0), *PLAIN),
                         queue_timeout_s=0.2)),
    ("lost-reply", "lost / duplicate",
     Scenario(tuple(Ask(deadline_s=0.5) for _ in range(4)))),
    ("queue-timeout-ignored", "timeout window", NOBODY_THERE),
    ("duplicated-request", "lost / duplicate",
     dataclasses.replace(DEATH, asks=("", Ask(CRASH, deadline_s=0.5)), queue_timeout_s=0.5)),
    # With a daemon alone its successor has to serve, however late it comes.
    ("stale-pid", "attribution", dataclasses.replace(DEATH, n=1)),
    ("timed-out-serves-on", "poisoned daemons", TIMEOUT),
    ("babbler-serves-on", "poisoned daemons", STRAY),
    ("oversize-serves-on", "poisoned daemons", Scenario(("", OVERSIZE, *PLAIN))),
    ("overlapping-dispatch", "serial daemon", QUEUEING),
    ("truncated-reply", "truncation", TORN),
    ("double-count", "conservation", TIMEOUT),
    ("keeps-clients", "conservation", TIMEOUT),
    ("ever-stopping", "conservation", TIMEOUT),
    ("bucket-hole", "conservation", QUEUEING),
    ("runs-back", "conservation", LEAVING),
    ("uncounted-reply", "conservation", QUEUEING),
    ("wrong-cause", "cause equality", DEATH),
    ("reset-instead-of-error", "cause equality", DEATH),
    ("death-invented", "cause equality", STUCK),
    ("oversize-invented", "cause equality", Scenario(("@before-reply=oversize(4000)", ""))),
    ("silently-condemned", "cause equality", STRAY),
    ("slot-lost", "respawn algebra", dataclasses.replace(UNPROVEN, asks=(CRASH, "", ""), n=2)),
    ("uncounted-spawn", "respawn algebra", DEATH),
    ("no-back-off", "respawn algebra", STARTS_BADLY),
    ("short-back-off", "respawn algebra", STARTS_BADLY),
    ("timeout-ignored", "timeout window", TIMEOUT),
    ("timeout-early", "timeout window", TIMEOUT),
    ("timeout-late", "timeout window", STUCK),
    ("queue-timeout-early", "timeout window", LONG_QUEUE),
    ("gives-up", "recovery", STARTS_BADLY),
    ("answers-itself", "non-vacuity", DEATH),
    ("descriptor-leak", "leaks", CYCLES),
    ("zombie-leak", "leaks", CYCLES),
    ("thread-leak", "leaks", CYCLES),
    ("memory-leak", "leaks", CYCLES),
]


@pytest.fixture
def violations_of(request, fake, tmp_path):
    """violations_of(mutant, scenario): all that the checkers find."""
    programs = []
    request.node.stash.setdefault(RUNNING, []).append(programs)

    def play(mutant, scenario):
        daemon = fake(obey_requests=True, fault=scenario.fault,
                      personality="squid-channel" if scenario.concurrency else "echo")
        server = Iotcpd([sys.executable, str(MUTANTS), "--bug", mutant, "-d", str(daemon),
                         "-n", str(scenario.n), "-p", "0"], str(tmp_path),
                        options=scenario.options())
        server.mutant = mutant
        programs.append(server)
        server.wait_ready()
        rest_s = 10.0 if mutant == TWIN else 0.5
        return scenario.play(CheckedRun(server, daemon, scenario.promises(), rest_s=rest_s))

    yield play
    for program in programs:
        wrong = program.shut_down()
        assert not wrong or program.mutant != TWIN, wrong


@pytest.mark.parametrize("mutant, checker, scenario", CASES, ids=[case[0] for case in CASES])
def test_a_checker_catches_the_mutant_that_is_meant_for_it(
        violations_of, mutant, checker, scenario):
    found = violations_of(mutant, scenario)
    # A daemon that is starved may not do what the bug is about.
    with inconclusive_when_overloaded():
        assert checker in {violation.checker for violation in found}, "\n".join(map(str, found))


@pytest.mark.parametrize("scenario", dict.fromkeys(case[2] for case in CASES),
                         ids=lambda scenario: "in-that-of-" + next(
                             mutant for mutant, _, of in CASES if of == scenario))
def test_no_checker_finds_anything_wrong_with_the_correct_twin(violations_of, scenario):
    assert_clean(violations_of(TWIN, scenario))


def test_every_mutant_is_caught_by_somebody():
    text = "\n".join(path.read_text() for path in MUTANTS.glob("bugs_*.py"))
    classes = re.findall(r"^class (\w+)\((?:Concurrent)?Redirector\)", text, re.M)
    names = {re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower() for name in classes}
    assert names == {mutant for mutant, _, _ in CASES} | {proof.mutant for proof in PROOFS}
