"""The conformance scenarios: our redirectors pass them, broken ones fail that which is meant for them,
and what a redirector does not do at all is not offered."""

import functools
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys

import pytest

from pytest_iotcpd import scaled
from pytest_iotcpd.conformance import any_redirector
from pytest_iotcpd.conformance.answer import Answer
from pytest_iotcpd.conformance.launched_fake import LaunchedFake
from pytest_iotcpd.conformance.plugin import scenarios
from pytest_iotcpd.deadline import inconclusive_when_overloaded
from pytest_iotcpd.redirector_command import RedirectorCommand, WrongTemplate

pytestmark = pytest.mark.timeout(900)  # more than _LONGEST_S as sanitizers scale it

_LONGEST_S = 240
IOTCPD = "{words} -p {{port}} -n {{n}} -d {{daemon}} -b 2 -a 200ms --client-timeout 3s"
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
    """One run of the scenarios over a command: what was printed, and the table as JSON. It goes on
    in the background until somebody wants to know."""

    def __init__(self, harness, json_path, command, *words):
        self._process = subprocess.Popen(
            [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "pytest_iotcpd",
             "--pyargs", "pytest_iotcpd.conformance", f"--iotcpd-binary={command}",
             f"--timeout-scale={scaled(1)}", f"--conformance-json={json_path}", *words],
            env={**os.environ, "PYTHONPATH": str(harness)}, cwd=json_path.parent,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self._json_path = json_path

    @functools.cached_property
    def table(self):
        """None when it came to none."""
        return json.loads(self._json_path.read_text()) if self.ended and self._json_path.exists() else None

    @functools.cached_property
    def ended(self):
        """Waits for it. Interrupted, it still ends what it has started."""
        try:
            out, err = self._process.communicate(timeout=scaled(_LONGEST_S))
        except subprocess.TimeoutExpired:
            self._process.send_signal(signal.SIGINT)
            out, err = self._process.communicate(timeout=scaled(30))
        return subprocess.CompletedProcess(self._process.args, self._process.returncode, out, err)

    def verdicts(self):
        assert self.table, self.ended.stdout + self.ended.stderr
        return {scenario["id"]: scenario["verdict"] for scenario in self.table["scenarios"]}

    def not_passed(self):
        return {name: verdict for name, verdict in self.verdicts().items() if verdict != "passed"}


def start(repository, folder, command, *words, **fields):
    harness = repository / "tests/harness"
    return Run(harness, folder / "table.json",
               command.format(python=sys.executable, harness=harness, **fields), *words)


@pytest.fixture
def conform(repository, tmp_path):
    """conform(command, *words): a Run; {python} and {harness} in the command are filled in."""
    return functools.partial(start, repository, tmp_path)


@pytest.fixture(scope="module")
def whole_runs(repository, iotcpd_binary, tmp_path_factory):
    """The runs of all scenarios, begun together, since they mostly wait."""
    def begin(name, command, *words, **fields):
        return start(repository, tmp_path_factory.mktemp(name), command, *words, **fields)

    runs = {
        "iotcpd": begin("iotcpd", IOTCPD, words=shlex.join(iotcpd_binary)),
        "twin": begin("twin", MUTANT, "--conformance-patience=4", bug="none"),
        "naive": begin("naive", NAIVE, "--conformance-patience=2")}
    yield runs
    for run in runs.values():
        assert run.ended


def test_iotcpd_passes_all_of_them(whole_runs):
    run = whole_runs["iotcpd"]
    with inconclusive_when_overloaded():
        assert run.not_passed() == {}, run.ended.stdout
    assert run.ended.returncode == 0
    passed, score = len(run.verdicts()), run.table["score"]
    assert score == {"passed": passed, "offered": passed, "percent": 100.0} and passed > 60
    assert f"score: {passed} passed of {passed} offered (100 %)" in run.ended.stdout


def test_the_correct_twin_passes_what_it_offers(whole_runs):
    run = whole_runs["twin"]
    with inconclusive_when_overloaded():
        assert run.not_passed() == dict.fromkeys([
            "refresh/all-daemons-are-replaced", "refresh/no-request-is-lost",
            "timeouts/a-client-that-sends-half-a-line-is-closed",
            "timeouts/a-client-that-sends-nothing-is-closed"], "not offered"), run.ended.stdout


def test_what_a_naive_redirector_does_not_do_is_not_offered(whole_runs):
    run = whole_runs["naive"]
    verdicts = run.verdicts()
    areas = {area: {verdict for name, verdict in verdicts.items() if name.startswith(area + "/")}
             for area in run.table["areas"]}
    for area in ("statistics", "refresh", "supervision"):
        assert areas[area] == {"not offered"}, run.ended.stdout
    assert areas["contract"] == {"passed"}, run.ended.stdout
    assert verdicts["clients/a-line-without-end-takes-no-memory"] == "failed"
    assert verdicts["timeouts/a-daemon-that-hangs-is-given-up"] == "not offered"
    assert "because: it does not handle SIGUSR1" in run.ended.stdout


@pytest.mark.parametrize("mutant, scenario", CASES)
def test_a_mutant_fails_the_scenario_that_is_meant_for_it(conform, mutant, scenario):
    run = conform(MUTANT, "-k", scenario.rpartition("/")[2].replace("-", "_"), bug=mutant)
    with inconclusive_when_overloaded():
        assert run.verdicts()[scenario] == "failed", run.ended.stdout
    assert run.ended.returncode == 1
    row = re.search(rf"^failed:\n  {scenario}\n    (.+)\n    seen: .+$", run.ended.stdout, re.M)
    assert row, run.ended.stdout


# -- the command line ------------------------------------------------------------------------------

DAEMON = ["/a b/daemon", "-c", "x.conf"]


@pytest.mark.parametrize("template, words", [
    ("r -p {port} -n {n} -d {daemon}", ["r", "-p", "99", "-n", "3", "-d", "'/a b/daemon' -c x.conf"]),
    ("r --listen=127.0.0.1:{port} -- {daemon...}", ["r", "--listen=127.0.0.1:99", "--", *DAEMON]),
    ("r --n={n}x{n} {port} 'EXEC: {daemon}'",
     ["r", "--n=3x3", "99", "EXEC: '/a b/daemon' -c x.conf"]),
    ("r -q", ["r", "-q", "-i", "127.0.0.1", "-p", "99", "-n", "3", "-d", "'/a b/daemon' -c x.conf"])])
def test_the_fields_of_a_template_are_filled_in(template, words):
    assert RedirectorCommand(template).for_pool(99, 3, DAEMON) == words


@pytest.mark.parametrize("template, named", [
    ("r -p {prt} {daemon}", "{prt}"), ("r -p {port} x{daemon...}", "x{daemon...}"),
    ("r {daemon}", "{port}"), ("r {port} -n {n}", "{daemon}"), ("", "empty")])
def test_a_wrong_template_is_refused_with_what_is_wrong(template, named):
    with pytest.raises(WrongTemplate, match=re.escape(named)):
        RedirectorCommand(template)


def test_a_relative_program_is_taken_from_the_folder_of_the_call(tmp_path):
    assert RedirectorCommand("bin/r -q", tmp_path).words == [str(tmp_path / "bin/r"), "-q"]
    assert RedirectorCommand("r bin/x", tmp_path).words == ["r", "bin/x"]


def test_the_number_of_daemons_can_be_chosen_or_not():
    assert RedirectorCommand("r {port} {n} {daemon}").takes_count and RedirectorCommand("r").takes_count
    assert not RedirectorCommand("r {port} {daemon}").takes_count


@pytest.mark.parametrize("command, named", [
    ("/no/such/program -p {port} {daemon}", "/no/such/program"), ("r {prt} {daemon}", "{prt}")])
def test_a_command_that_cannot_be_run_is_one_line(conform, command, named):
    ended = conform(command.replace("{", "{{").replace("}", "}}")).ended
    (line,) = (line for line in ended.stderr.splitlines() if line)
    assert ended.returncode == 4 and line.startswith("ERROR: --iotcpd-binary") and named in line


# -- what an answer is -----------------------------------------------------------------------------

OWN = b"tk_0123456789abcdef words\n"


@pytest.mark.parametrize("data, reset, own, refused", [
    (OWN, False, True, False), (b"", False, False, True), (b"", True, False, True),
    (b"ERR\n", False, False, True), (b"ERR", False, False, False), (OWN[:9], False, False, False),
    (OWN[:9], True, False, True), (OWN + b"ERR\n", False, False, False),
    (b"tk_fedcba9876543210 \n", False, False, False), (b"tk_fedc", True, False, False),
    (b"STRAY\n", False, False, False), (b"STRAY\n", True, False, False)])
def test_what_is_a_reply_of_ones_own_and_what_a_refusal(data, reset, own, refused):
    answer = Answer(OWN, data, reset)
    assert (answer.own, answer.refused) == (own, refused)


# -- the page --------------------------------------------------------------------------------------

def test_the_page_lists_all_scenarios_with_their_claims(repository):
    page = (repository / "docs/conformance.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z0-9-]+/[a-z0-9-]+)` \| (.+) \|$", page, re.M)
    assert rows == [(scenario["id"], scenario["claim"]) for scenario in scenarios()]


# -- the port --------------------------------------------------------------------------------------

def test_a_port_that_somebody_else_was_faster_to_take_is_given_up_for_another(
        iotcpd_binary, fake_daemon_binary, tmp_path, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as faster:
        taken = faster.getsockname()[1]
        ports = [any_redirector.free_port(), taken, taken]
        monkeypatch.setattr(any_redirector, "free_port", ports.pop)
        server = any_redirector.AnyRedirector.start(
            RedirectorCommand(shlex.join(iotcpd_binary)), str(tmp_path), tmp_path,
            LaunchedFake(fake_daemon_binary, tmp_path))
        try:
            assert ports == [] and server.port != taken and server.answer_to(OWN).own
        finally:
            server.end_at_once()


def test_what_never_starts_is_told_with_what_it_wrote(tmp_path, fake_daemon_binary):
    command = RedirectorCommand(f"{sys.executable} -c 'raise SystemExit(\"no luck\")' {{port}} {{daemon}}")
    with pytest.raises(any_redirector.PoolNotStarted, match="ended with code 1\nno luck"):
        any_redirector.AnyRedirector.start(command, str(tmp_path), tmp_path,
                                           LaunchedFake(fake_daemon_binary, tmp_path))
