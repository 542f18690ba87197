"""As many daemons are condemned, for each cause, as have given it."""

import pytest

from by_hand import TOKENS, record
from pytest_iotcpd.history import Promises, records
from pytest_iotcpd.history.checkers import CondemnedCount
from pytest_iotcpd.history.records import DaemonName, TraceLine
from pytest_iotcpd.history.segment import Operation, Segment


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
