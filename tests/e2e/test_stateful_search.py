"""Steps of all kinds in any order break no rule, whatever requests share: --stateful-examples N looks longer,
--stateful-seed N elsewhere. What is found is kept in a capsule, which the failure names."""

import pytest

from pytest_iotcpd import scaled
from pytest_iotcpd.deadline import inconclusive_when_overloaded
from pytest_iotcpd.stateful import capsule, manner

pytestmark = pytest.mark.xdist_group("timing")

#: For as many examples as scripts/test plays; more have more time.
_BUDGET_S_PER_EXAMPLE = 1.0


@pytest.mark.timeout(0)
def test_no_steps_break_a_rule(request, iotcpd_binary, fake_daemon_binary, repository, record_property):
    search = pytest.importorskip("pytest_iotcpd.stateful.search")
    examples = request.config.getoption("--stateful-examples")
    seed = request.config.getoption("--stateful-seed")
    record_property("seed", seed)
    programs = capsule.Programs(tuple(iotcpd_binary), fake_daemon_binary)
    done = search.Search(programs, capsule.new_folder(repository, seed), examples=examples, seed=seed,
                         manners=manner.ALL, budget_s=scaled(max(20.0, examples * _BUDGET_S_PER_EXAMPLE))).run()
    print(done)
    assert not done.found, str(done)
    with inconclusive_when_overloaded():
        assert done.played > done.doubtful, str(done)
