"""Each conformance scenario fails a mutant that is broken in what it is about, and says so."""

import concurrent.futures
import re

import pytest

from conformance_proofs import PROOFS, STRANGE
from conformance_run import TIMEOUT_S, start
from pytest_iotcpd.conformance.plugin import scenarios
from pytest_iotcpd.deadline import inconclusive_when_overloaded

pytestmark = pytest.mark.timeout(TIMEOUT_S)

MUTANT = "{python} {harness}/mutants --bug {bug} -p {{port}} -n {{n}} -d {{daemon}} -b 500ms -a 100ms"
#: They mostly wait.
RUNS_AT_A_TIME = 3


@pytest.fixture(scope="module")
def proved(request, repository, tmp_path_factory):
    """proved(proof): its Run, which has ended. Those of all chosen tests have been begun in their order."""
    chosen = [item.callspec.params["proof"] for item in request.session.items
              if item.path == request.path and hasattr(item, "callspec")]
    folders = [tmp_path_factory.mktemp("proof") for _ in chosen]

    def run(proof, folder):
        name = proof.scenario.rpartition("/")[2].replace("-", "_")
        one = start(repository, folder, MUTANT, "-k", name, "--conformance-patience=10",
                    patience=proof.patience, bug=proof.mutant)
        assert one.ended
        return one

    with concurrent.futures.ThreadPoolExecutor(RUNS_AT_A_TIME) as pool:
        runs = dict(zip(chosen, [pool.submit(run, *pair) for pair in zip(chosen, folders)]))
        yield lambda proof: runs[proof].result()
        pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize("proof", PROOFS, ids=str)
def test_a_mutant_fails_the_scenario_that_is_meant_for_it(proof, proved):
    run = proved(proof)
    assert "no program " not in run.ended.stdout, run.ended.stdout  # of which no busy machine is the reason
    with inconclusive_when_overloaded():
        assert run.verdicts()[proof.scenario] == "failed", run.ended.stdout
        said = re.search(rf"^failed:\n  {proof.scenario}\n    .+\n    seen: (.+)$", run.ended.stdout, re.M)
        assert said and re.search(proof.seen, said[1]), run.ended.stdout
        assert proof.scenario in run.inexcusable() or proof.seen != STRANGE, run.ended.stdout
    assert run.ended.returncode == 1


def test_every_scenario_has_a_mutant_that_fails_it():
    assert {proof.scenario for proof in PROOFS} == {scenario["id"] for scenario in scenarios()}
