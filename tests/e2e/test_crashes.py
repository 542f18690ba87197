"""Every point at which a daemon can end, and every way to end, under load and under every checker."""

import pytest

from pytest_iotcpd.deaths import DIED
from pytest_iotcpd.history import CheckedRun, Promises, records

ENDINGS = ("exit(3)", "exit(0)", "kill(SEGV)", "kill(KILL)", "abort")
WITH_A_REQUEST = ("after-read", "before-reply", "mid-reply(30)", "after-reply")
BETWEEN_REQUESTS = ("startup", "before-read", "idle")
OPTIONS = {"trace": True, "busy_timeout": "5s", "queue_timeout": "20s", "alarm_interval": "50ms"}
PROMISES = Promises(3, busy_timeout_s=5.0, queue_timeout_s=20.0, alarm_interval_s=0.05)
CLIENTS = 5


def checked(iotcpd, daemon, **more):
    server = iotcpd(str(daemon), 3, options=OPTIONS)
    server.expect_log("killed by signal", "keeps dying", *DIED)
    return CheckedRun(server, daemon, PROMISES, **more)


@pytest.mark.parametrize("point", WITH_A_REQUEST)
def test_an_end_with_a_request_costs_that_request_alone(iotcpd, fake, point):
    daemon = fake(obey_requests=True)
    run = checked(iotcpd, daemon)
    run.ask([word for ending in ENDINGS * 2 for word in (f"@{point}={ending}", "", "", "")], CLIENTS)
    assert len(daemon.wait_journal("fault", 10)) == 10
    run.recover(CLIENTS)
    run.assert_clean()


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("point", BETWEEN_REQUESTS)
def test_an_end_between_requests_costs_no_request(iotcpd, fake, point, ending):
    """In two of three slots, each once: what was handed to who had not read it goes to another."""
    faults = [f"{point}(worker {worker}, incarnation 1) = 1* {ending}" for worker in (0, 1)]
    daemon = fake(fault=faults)
    run = checked(iotcpd, daemon, planned=[(point, ending.partition("(")[0])])
    asked = run.ask([""] * 60, CLIENTS)
    assert {record.outcome for record in asked} == {records.REPLY}
    run.recover(CLIENTS)
    run.assert_clean()
