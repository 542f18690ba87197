"""The form of `scripts/soak` that takes two minutes: faults, misbehaving clients and refreshes by the
seed, and no rule is broken, whatever runs beside it. The long form has its record in
docs/reliability.md."""

import pytest

from pytest_iotcpd.deadline import inconclusive_when_overloaded
from pytest_iotcpd.soak import Limits, Soak, Tools


@pytest.mark.timeout(300)
def test_a_short_soak_breaks_no_rule(iotcpd_binary, loadgen_binary, fake_daemon_binary, tmp_path,
                                     repository, record_property):
    seed = 2
    record_property("seed", seed)
    tools = Tools(iotcpd_binary, loadgen_binary[0], fake_daemon_binary)
    soak = Soak(seed, Limits(requests=800_000, duration_s=120), tools, str(tmp_path),
                str(repository / "build/soak"))
    verdict = soak.run()
    report = "\n".join([verdict.summary(), *map(str, verdict.findings), *verdict.capsules])
    hard = [finding for finding in verdict.findings if not finding.violation.timing]
    assert not hard, report
    with inconclusive_when_overloaded():
        assert not verdict.findings, report
    assert verdict.rounds > 1 and verdict.fired.total() > 100, report
