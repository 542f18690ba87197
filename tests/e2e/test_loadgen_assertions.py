"""--assert: verdicts on the text summary, in JSON and JUnit, and in the exit code."""

import signal
import xml.etree.ElementTree

import pytest

from pytest_iotcpd.loadgen import EXIT_ASSERTION_FAILED, EXIT_INVALID

RUN = {"rate": "400/s", "requests": 400, "keep_alive": True, "connections": 20}
HOLD = ("p99 < 10s", "p50 >= 1us", "min > 0s", "max < 10s", "mean <= 5s", "service.p90 < 10s",
        "lag.p99 < 10s", "errors == 0", "error-share < 0.1%", "cross-talk == 0", "timeout != 1",
        "rate >= 0.5 * target", "rate > 100/s", "ok == 400", "planned == 400", "sent == 400")
FAIL = ("p99 < 1us", "errors > 0", "rate >= 2 * target", "ok == 399", "censored >= 1")


def assert_options(assertions, **more):
    return {**RUN, "assert": list(assertions), **more}


def suite_of(path):
    suites = xml.etree.ElementTree.parse(path).getroot()
    return suites if suites.tag == "testsuite" else suites.find("testsuite")


def test_assertions_that_hold_do_not_change_the_exit_code(loadgen_run, line_server, tmp_path):
    run = loadgen_run(line_server(), options=assert_options(HOLD, junit=tmp_path / "junit.xml"))
    verdicts = run.result["assertions"]
    assert [verdict["text"] for verdict in verdicts if verdict["passed"]] == list(HOLD)
    assert f"{len(HOLD)} of {len(HOLD)} assertions passed" in run.text
    cases = suite_of(tmp_path / "junit.xml").findall("testcase")
    assert len(cases) == len(HOLD) + 1
    assert all(case.find("failure") is None for case in cases)
    # Of the run itself, whose verdict is the machine's, too.
    invalid = [case for case in cases if case.find("error") is not None]
    assert len(invalid) == (0 if run.result.is_valid else 1)


@pytest.mark.parametrize("assertion", FAIL)
def test_an_assertion_that_fails_is_told_with_what_it_was(loadgen_run, line_server, tmp_path,
                                                          assertion):
    run = loadgen_run(line_server(), options=assert_options(
        ["errors == 0", assertion], junit=tmp_path / "junit.xml"),
        expect=(EXIT_ASSERTION_FAILED, EXIT_INVALID))
    held, failed = run.result["assertions"]
    assert held["passed"] and not failed["passed"] and failed["actual"]
    assert f"{assertion}: it was {failed['actual']}" in run.text
    if run.result.is_valid:
        assert run.returncode == EXIT_ASSERTION_FAILED and run.result["verdict"] == "failed"
    failures = {case.get("name"): case.find("failure")
                for case in suite_of(tmp_path / "junit.xml").findall("testcase")}
    assert failures[assertion] is not None and failures["errors == 0"] is None
    assert failed["actual"] in failures[assertion].get("message", "") + (
        failures[assertion].text or "")


def test_a_percentile_of_too_few_samples_does_not_pass(loadgen_run, line_server):
    run = loadgen_run(line_server(), options=assert_options(["p99.9 < 10s"]),
                      expect=(EXIT_ASSERTION_FAILED, EXIT_INVALID))
    (verdict,) = run.result["assertions"]
    assert (verdict["passed"], "insufficient samples" in verdict["actual"]) == (False, True)


def test_a_run_that_is_invalid_exits_as_such_whatever_was_asserted(loadgen, scripted_server):
    """Neither a pass nor a failure can be believed."""
    server = scripted_server(keep_alive=True)
    run = loadgen(server, options={**RUN, "requests": 600, "assert": "errors == 1"})
    server.wait_received(100)
    run.signal(signal.SIGSTOP)
    server.wait_silent(0.5)
    run.signal(signal.SIGCONT)
    run.wait(expect=EXIT_INVALID)
    assert run.result["verdict"] == "invalid"
