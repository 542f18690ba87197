"""search: the highest rate at which a service keeps its promises."""

import json
import re
import signal
import subprocess

import pytest

from pytest_iotcpd.deadline import scaled
from pytest_iotcpd.loadgen import (EXIT_ASSERTION_FAILED, EXIT_INTERRUPTED, EXIT_INVALID,
                                   EXIT_UNREACHABLE)
from pytest_iotcpd.quiet_machine import Unbelievable, conclusive

pytestmark = pytest.mark.xdist_group("timing")

STEPS = ("--step-duration", "1s", "--step-warmup", "100ms", "--seed", "1", "-k", "-c", "50")


@pytest.fixture
def search(loadgen_command, tmp_path):
    """search(*words) -> (exit code, what it prints, its JSON result or None); INVALID is nobody's
    verdict."""
    def run(*words, within=40.0):
        done = loadgen_command("search", *STEPS, "--json", "search.json", *words, within=within,
                               expect=None)
        if done.returncode == EXIT_INVALID:
            raise Unbelievable([done.stdout])
        text = (tmp_path / "search.json").read_text(encoding="utf-8")
        return done.returncode, done.stdout + done.stderr, json.loads(text) if text else None

    return run


@pytest.mark.timeout(120)
def test_what_a_service_can_do_is_found_from_below_and_above(search, line_server):
    """One request at a time, 5 ms each: 200/s and no more."""
    def measure():
        server = line_server(service="5ms")
        code, said, result = search("--slo", "p90<20ms", "--slo", "errors == 0", "--from", "60/s",
                                    "--precision", "10%", server)
        assert code == 0, said
        found = float(re.search(r"the highest rate that holds is ([0-9.]+)/s", said).group(1))
        assert 165 <= found <= 206, said
        assert [assertion["passed"] for assertion in result["assertions"]] == [True, True]
        assert result["rate"] == pytest.approx(found, rel=0.02)
        rates = [float(rate) for rate in re.findall(r"^ +([0-9.]+)/s +breaks", said, re.M)]
        assert rates and min(rates) <= found * 1.11, said

    conclusive(measure)


@pytest.mark.timeout(60)
def test_when_not_even_the_lowest_rate_holds_it_says_so(search, line_server):
    def measure():
        server = line_server(service="30ms")
        code, said, _ = search("--slo", "p50<20ms", "--from", "20/s", server)
        assert code == EXIT_ASSERTION_FAILED
        assert "no rate that was tried holds; the lowest was 20.000/s" in said

    conclusive(measure)


def test_an_interrupt_before_any_rate_held_is_told_as_such(loadgen_binary, scripted_server,
                                                          tmp_path):
    server = scripted_server()
    words = [*loadgen_binary, "search", "--slo", "p50<1s", "--quiet", server.target]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          cwd=tmp_path) as search:
        server.wait_received(20)
        search.send_signal(signal.SIGINT)
        said, complaint = search.communicate(timeout=scaled(20))
    assert (search.returncode, said) == (EXIT_INTERRUPTED, "")
    assert complaint == "iotcpd-loadgen: interrupted before any rate held\n"


def test_what_has_been_measured_is_kept_when_the_service_does_not_come_back(
        search, line_server_binary, tmp_path):
    """A service is started for each step; this one starts once."""
    script = tmp_path / "once"
    script.write_text(f"[ -e {tmp_path}/started ] && exit 1; touch {tmp_path}/started;"
                      f" exec {line_server_binary}\n", encoding="utf-8")
    code, said, result = search("--slo", "p50<1s", "--from", "50/s", "--to", "1000/s", "--serve",
                                f"sh {script}", "--serve-ready", r"^line-server listening: (\S+)$")
    assert code == EXIT_UNREACHABLE
    assert "ended" in said or "exit" in said, said
    assert result is not None and result["outcomes"]["ok"] == result["planned"]
