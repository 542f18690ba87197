"""The conformance scenarios: our redirectors pass them, broken ones fail that which is meant for them,
and what a redirector does not do at all is not offered."""

import json
import os
import re
import subprocess
import sys

import pytest

from pytest_iotcpd import scaled
from pytest_iotcpd.deadline import inconclusive_when_overloaded

pytestmark = pytest.mark.timeout(300)

MUTANT = "{python} {harness}/mutants --bug {bug} -p {{port}} -n {{n}} -d {{daemon}} -b 1 -a 200ms"
NAIVE = "{python} {harness}/naive_redirector.py {{port}} {{daemon...}}"

#: mutant, the scenario that it must fail.
CASES = [
    ("off-by-one", "isolation/an-extra-line-reaches-nobody"),
    ("second-reply", "isolation/an-extra-line-reaches-nobody"),
    ("late-reply-leak", "timeouts/a-late-reply-reaches-nobody"),
    ("truncated-reply", "isolation/half-a-reply-is-no-reply"),
    ("slot-lost", "supervision/all-daemons-are-replaced"),
    ("no-back-off", "supervision/a-crash-loop-does-not-spin"),
    ("zombie-leak", "supervision/no-zombies"),
    ("uncounted-reply", "statistics/every-request-is-counted-once"),
    ("bucket-hole", "statistics/the-buckets-sum-to-the-replied"),
    ("descriptor-leak", "leaks/daemons-leave-nothing-behind"),
    ("thread-leak", "leaks/clients-leave-nothing-behind"),
]


class Run:
    """One run of the scenarios over a command: what was printed, and the table as JSON."""

    def __init__(self, harness, json_path, command, *words):
        self.ended = subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "pytest_iotcpd",
             "--pyargs", "pytest_iotcpd.conformance", f"--iotcpd-binary={command}",
             f"--timeout-scale={scaled(1)}", f"--conformance-json={json_path}", *words],
            env={**os.environ, "PYTHONPATH": str(harness)}, cwd=json_path.parent, check=False,
            capture_output=True, text=True, timeout=scaled(240))
        self.table = json.loads(json_path.read_text()) if json_path.exists() else None

    def verdicts(self):
        assert self.table, self.ended.stdout + self.ended.stderr
        return {scenario["id"]: scenario["verdict"] for scenario in self.table["scenarios"]}

    def not_passed(self):
        return {name: verdict for name, verdict in self.verdicts().items() if verdict != "passed"}


@pytest.fixture
def conform(repository, tmp_path):
    """conform(command, *words): a Run; {python} and {harness} in the command are filled in."""
    def run(command, *words, **fields):
        harness = repository / "tests/harness"
        return Run(harness, tmp_path / "table.json",
                   command.format(python=sys.executable, harness=harness, **fields), *words)

    return run


def only(scenario):
    """Words that choose one scenario."""
    area, name = scenario.replace("-", "_").split("/")
    return f"test_{area}.py", "-k", f"test_{name}"


def test_iotcpd_passes_all_of_them(conform, iotcpd_binary):
    run = conform("{words} -p {{port}} -n {{n}} -d {{daemon}} -b 2 -a 200ms --client-timeout 3s",
                  words=" ".join(iotcpd_binary))
    with inconclusive_when_overloaded():
        assert run.not_passed() == {}, run.ended.stdout
    assert run.ended.returncode == 0
    passed, score = len(run.verdicts()), run.table["score"]
    assert score == {"passed": passed, "offered": passed, "percent": 100.0} and passed > 60
    assert f"score: {passed} passed of {passed} offered (100 %)" in run.ended.stdout


def test_the_correct_twin_passes_what_it_offers(conform):
    run = conform(MUTANT, "--conformance-patience=4", bug="none")
    with inconclusive_when_overloaded():
        assert run.not_passed() == dict.fromkeys([
            "refresh/all-daemons-are-replaced", "refresh/no-request-is-lost",
            "timeouts/a-client-that-sends-half-a-line-is-closed",
            "timeouts/a-client-that-sends-nothing-is-closed"], "not offered"), run.ended.stdout


@pytest.mark.parametrize("mutant, scenario", CASES)
def test_a_mutant_fails_the_scenario_that_is_meant_for_it(conform, mutant, scenario):
    run = conform(MUTANT, "-k", scenario.rpartition("/")[2].replace("-", "_"), bug=mutant)
    with inconclusive_when_overloaded():
        assert run.verdicts()[scenario] == "failed", run.ended.stdout
    assert run.ended.returncode == 1
    row = re.search(rf"^failed:\n  {scenario}\n    (.+)\n    seen: .+$", run.ended.stdout, re.M)
    assert row, run.ended.stdout


def test_what_a_naive_redirector_does_not_do_is_not_offered(conform):
    run = conform(NAIVE, "--conformance-patience=2")
    verdicts = run.verdicts()
    areas = {area: {verdict for name, verdict in verdicts.items() if name.startswith(area + "/")}
             for area in run.table["areas"]}
    for area in ("statistics", "refresh", "supervision"):
        assert areas[area] == {"not offered"}, run.ended.stdout
    assert areas["contract"] == {"passed"}, run.ended.stdout
    assert verdicts["clients/a-line-without-end-takes-no-memory"] == "failed"
    assert verdicts["timeouts/a-daemon-that-hangs-is-given-up"] == "not offered"
    assert "because: it does not handle SIGUSR1" in run.ended.stdout
