"""All conformance scenarios: our redirectors pass them, and what a redirector does not do at all is not
offered."""

import shlex

import pytest

from conformance_run import MUTANT, TIMEOUT_S, start
from pytest_iotcpd.deadline import inconclusive_when_overloaded

pytestmark = pytest.mark.timeout(TIMEOUT_S)

IOTCPD = "{words} -p {{port}} -n {{n}} -d {{daemon}} -b 2 -a 200ms --client-timeout 3s"
NAIVE = "{python} {harness}/naive_redirector.py {{port}} {{daemon...}}"


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
    assert run.inexcusable() == {}, run.ended.stdout
    with inconclusive_when_overloaded():
        assert run.not_passed() == {}, run.ended.stdout
    assert run.ended.returncode == 0
    passed, score = len(run.verdicts()), run.table["score"]
    assert score == {"passed": passed, "offered": passed, "percent": 100.0} and passed > 60
    assert f"score: {passed} passed of {passed} offered (100 %)" in run.ended.stdout


def test_the_correct_twin_passes_what_it_offers(whole_runs):
    run = whole_runs["twin"]
    assert run.inexcusable() == {}, run.ended.stdout
    with inconclusive_when_overloaded():
        assert run.not_passed() == dict.fromkeys([
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
