"""The load generator never flatters: nothing vanishes, and what cannot be believed is said to be so."""

import csv
import os
import re
import signal
import subprocess
import sys

import pytest

from pytest_iotcpd.deadline import inconclusive_when_overloaded
from pytest_iotcpd.loadgen import EXIT_INVALID, EXIT_OK, OUTCOMES
from pytest_iotcpd.quiet_machine import conclusive
from pytest_iotcpd.scripted_server import RESET, SILENCE

# A file that takes long: those with the longest timeouts are begun first.
pytestmark = pytest.mark.timeout(120)

PUNCTUAL = {"rate": "500/s", "duration": "2s", "keep_alive": True, "connections": 50}


# -- the generator watches itself --------------------------------------------------------------

def test_a_generator_that_is_held_up_calls_its_run_invalid(loadgen, scripted_server):
    """It stands still for half a second of two; the server is innocent."""
    server = scripted_server(keep_alive=True)
    run = loadgen(server, options=PUNCTUAL)
    server.wait_received(200)
    run.signal(signal.SIGSTOP)
    server.wait_silent(0.5)
    run.signal(signal.SIGCONT)
    run.wait(expect=EXIT_INVALID)
    assert run.result.problems and "INVALID: " in run.text
    # Late is not never: each of them was sent, and its lateness is in the latency.
    assert run.result.counts == {"ok": 1000}
    assert run.result["send_lag_ms"]["max"] > 400 and run.result["latency_ms"]["max"] > 400
    assert run.result["service_ms"]["p50"] < 100


def test_a_closed_loop_that_stood_still_calls_its_run_invalid(loadgen, scripted_server):
    """No send is late there: replies have waited in the kernel, and look like a slow service."""
    server = scripted_server(keep_alive=True)
    run = loadgen(server, options={"duration": "2s", "keep_alive": True, "connections": 5})
    server.wait_received(200)
    run.signal(signal.SIGSTOP)
    server.wait_silent(0.5)
    run.signal(signal.SIGCONT)
    run.wait(expect=EXIT_INVALID)
    assert any("stood still" in problem for problem in run.result.problems)
    assert run.result["self_check"]["longest_stall_ms"] > 400


@pytest.fixture
def hogs():
    """Four neighbours that take all they can get of the first processor."""
    first = min(os.sched_getaffinity(0))
    words = [sys.executable, "-ISc", f"import os; os.sched_setaffinity(0, [{first}])\nwhile 1: pass"]
    processes = [subprocess.Popen(words) for _ in range(4)]
    yield
    for process in processes:
        process.kill()
        process.wait()


def starve():
    """To get one fortieth of the first processor, beside them."""
    os.sched_setaffinity(0, [min(os.sched_getaffinity(0))])
    os.nice(10)


@pytest.mark.usefixtures("hogs")
def test_a_generator_that_is_starved_calls_its_run_invalid(loadgen_run, line_server):
    run = loadgen_run(line_server(), options={**PUNCTUAL, "rate": "2000/s", "duration": "500ms"},
                      before_exec=starve, expect=EXIT_INVALID, within=60)
    assert run.result.problems
    assert f"INVALID: {run.result.problems[0]}" in run.one_line_text


@pytest.mark.xdist_group("timing")
def test_a_generator_that_is_left_alone_vouches_for_its_run(loadgen_run, line_server):
    def measure():
        run = loadgen_run(line_server(), options=PUNCTUAL)
        run.result.believed()
        assert run.returncode == EXIT_OK
        assert re.search(r"^VALID$", run.text, re.MULTILINE)

    conclusive(measure)


UNTIL = {"connections": 2, "think": "exp(5ms)"}


def shortfalls(run):
    return [note for note in run.result["self_check"]["warnings"] if "was not reached" in note]


def test_a_precision_that_is_not_reached_is_told_first(loadgen_run, line_server):
    run = loadgen_run(line_server(), options={**UNTIL, "duration": "1500ms", "until": "p50+-0.5%"})
    assert run.result["settings"]["until"] == "p50+-0.5%"
    (told,) = shortfalls(run)
    assert re.match(r"p50\+-0\.5% was not reached: (the interval is|\d+ samples are too few)", told)
    assert re.search(r"^Note( 1 of \d+)? +p50\+-0\.5% was not", run.text, re.M)


def test_a_precision_that_is_reached_ends_the_run(loadgen_run, line_server):
    server = line_server()
    with inconclusive_when_overloaded():
        run = loadgen_run(server, options={**UNTIL, "duration": "60s", "until": "p50+-100%"})
    assert shortfalls(run) == []


def test_ports_that_would_run_out_are_announced_before_the_run(loadgen, scripted_server):
    """60,000 connections in a minute from one address to one port; each leaves a port behind."""
    server = scripted_server()
    run = loadgen(server, options={"rate": "1000/s", "duration": "60s", "source": "127.0.0.1"})
    server.wait_received(20)
    assert "port" in run.stderr.text()
    run.signal(signal.SIGINT).wait()
    assert any("port" in warning for warning in run.result.warnings)


def test_what_concerns_the_figures_is_noted_before_where_connections_come_from(loadgen_run,
                                                                               scripted_server):
    """The summary has room for the first note alone."""
    server = scripted_server(lambda *_: SILENCE)
    run = loadgen_run(server, options={"connections": 2, "duration": "200ms", "drain": "0"})
    assert run.result.counts == {"censored": 2}
    assert any("had no outcome" in warning for warning in run.result.warnings[:-1])
    assert run.result.warnings[-1].startswith("connections come from 127.0.0.2 ")


@pytest.mark.parametrize("enough", [{"keep_alive": True}, {"duration": "100ms"}])
def test_ports_that_suffice_are_no_matter(loadgen, line_server, enough):
    run = loadgen(line_server(), options={"rate": "2000/s", "duration": "500ms",
                                          "source": "127.0.0.1", **enough}).wait()
    assert "port" not in run.stderr.text()
    assert not any("port" in warning for warning in run.result.warnings)


# -- a percentile needs samples ----------------------------------------------------------------

@pytest.mark.parametrize("requests, told, untold", [
    (367, ["p50", "p95"], ["p99", "p999"]), (368, ["p99"], ["p999"]),
    (3687, ["p99"], ["p999", "p9999"]), (3688, ["p999"], ["p9999"]), (36886, ["p999"], ["p9999"]),
    (36887, ["p9999"], [])])
def test_a_percentile_is_told_from_as_many_samples_as_it_takes(loadgen_run, line_server, requests,
                                                               told, untold):
    run = loadgen_run(line_server(), options={"requests": requests, "connections": 4,
                                              "keep_alive": True})
    latency = run.result["latency_ms"]
    assert run.result.counts == {"ok": requests}
    assert all(isinstance(latency[name], (int, float)) for name in told)
    assert [latency[name] for name in untold] == [None] * len(untold)
    assert all("insufficient samples" in latency["insufficient"][name] for name in untold)
    assert run.text.count("insufficient samples") == len(latency["insufficient"])


# -- errors never vanish -----------------------------------------------------------------------

#: What the server answers instead of an echo, and how the run is set up for it.
TROUBLE = {
    "error-reply": (b"ERR\n", {}),
    "wrong-reply": (b"something else\n", {}),
    "cross-talk": (b"tk_00000000000000ff\n", {}),
    "empty": (b"", {}),
    "truncated": (b"half a repl", {}),
    "timeout": (SILENCE, {"timeout": "1s", "drain": "5s"}),
    "reset": (RESET, {}),
    "censored": (SILENCE, {"drain": "1s"}),
}
FORMATS = ("json", "csv", "html", "junit", "hgrm", "hlog")


def every_format(folder):
    return {name: str(folder / f"run.{name}") for name in FORMATS}


@pytest.mark.parametrize("outcome", TROUBLE)
def test_each_way_to_end_is_told_in_every_format(loadgen_run, scripted_server, tmp_path, outcome):
    answer, options = TROUBLE[outcome]
    server = scripted_server(lambda line, number: answer if number % 4 == 0 else line)
    run = loadgen_run(server, options={"rate": "200/s", "requests": 80, **every_format(tmp_path),
                                       "assert": "ok == 80", **options}, expect=(98, 99))
    assert run.result.counts == {"ok": 60, outcome: 20}
    assert re.search(rf"^ +{outcome} +20 +25\.0+ ?%", run.text, re.MULTILINE), run.text
    with open(tmp_path / "run.csv", encoding="ascii") as file:
        rows = list(csv.DictReader(file))
    totals = {name: sum(int(row[name]) for row in rows) for name in OUTCOMES}
    assert totals == run.result["outcomes"]
    for name in ("html", "junit"):
        assert outcome in (tmp_path / f"run.{name}").read_text(encoding="utf-8"), name
    assert re.search(r"Total count +=\s+60\]", (tmp_path / "run.hgrm").read_text(encoding="ascii"))


def test_a_server_that_goes_away_is_told_as_refused(loadgen, scripted_server):
    server = scripted_server()
    run = loadgen(server, options={"rate": "200/s", "requests": 200})
    server.wait_received(100)
    server.refuse()
    counts = run.wait().result.counts
    assert counts["refused"] >= 50 and counts["ok"] >= 100 and sum(counts.values()) == 200
    assert set(counts) <= {"ok", "refused", "reset"}


def test_a_reply_after_the_timeout_is_no_reply(loadgen_run, iotcpd, fake):
    """Just within is ok: the twin."""
    server = iotcpd(str(fake(latency="300ms")), 8)
    late = loadgen_run(server, options={"rate": "20/s", "requests": 8, "timeout": "150ms"})
    assert late.result.counts == {"timeout": 8}
    assert late.result["latency_ms"]["count"] == 0
    soon = loadgen_run(server, options={"rate": "20/s", "requests": 8, "timeout": "2s"})
    assert soon.result.counts == {"ok": 8}


def test_what_is_never_sent_is_censored_and_in_the_plan(loadgen_run, scripted_server):
    """One connection, and nobody answers: the second to last wait for the first, and are counted."""
    server = scripted_server(lambda *_: SILENCE)
    run = loadgen_run(server, options={"rate": "100/s", "duration": "500ms", "connections": 1,
                                       "keep_alive": True, "drain": "200ms"})
    assert run.result.counts == {"censored": 50}
    assert (run.result["planned"], run.result["sent"]) == (50, 1)


def test_a_plan_that_ends_with_a_number_is_over_when_its_last_request_is_due(loadgen_run,
                                                                             scripted_server):
    """The one connection has room for nothing, so that nobody has got to the last one yet."""
    server = scripted_server(lambda *_: SILENCE)
    run = loadgen_run(server, options={"rate": "1000/s", "requests": 50, "connections": 1,
                                       "drain": "200ms"})
    assert run.result.counts == {"censored": 50}
    assert run.result["planned"] == 50


def test_the_last_of_few_requests_stands_for_an_interval_too(loadgen_run, scripted_server):
    """Five take four of them; by that time they would be 12.5 a second."""
    run = loadgen_run(scripted_server(), options={"rate": "10/s", "requests": 5})
    assert run.result.counts == {"ok": 5}
    assert run.result["measured_s"] >= 0.499 and run.result["rate"] < 10.1


def test_an_interval_that_outlasts_the_schedule_is_not_measured(loadgen_run, scripted_server):
    run = loadgen_run(scripted_server(), options={"rate": "1/h", "duration": "1s"})
    assert run.result.counts == {"ok": 1}
    assert run.result["measured_s"] == pytest.approx(1, abs=0.1)
    assert run.result["target_rate"] == 1


@pytest.mark.parametrize("length, told", [({"duration": "10m"}, " of 10m"), ({"requests": 5}, "")])
def test_an_interrupted_run_claims_only_the_time_that_it_had(loadgen, scripted_server, length, told):
    """The interval of its one request would have gone on for nearly a minute."""
    server = scripted_server()
    run = loadgen(server, options={"rate": "1/min", **length})
    server.wait_received(1).wait_silent(0.2)
    run.signal(signal.SIGINT).wait()
    assert run.result["planned"] == 1
    assert run.result["measured_s"] < 30
    assert run.result["target_rate"] == pytest.approx(1 / run.result["measured_s"], rel=0.1)
    assert re.fullmatch(rf"interrupted after [0-9.]+[mu]?s{told}", run.result.warnings[0])
    assert re.search(r"^Note( 1 of \d+)? +interrupted after ", run.text, re.M)


def test_an_interruption_after_the_schedule_costs_none_of_it(loadgen, scripted_server):
    server = scripted_server(lambda *_: SILENCE)
    run = loadgen(server, options={"rate": "10/s", "requests": 5})
    server.wait_received(5)
    run.signal(signal.SIGINT).wait()
    assert run.result["target_rate"] == pytest.approx(10)
    assert run.result.warnings[0].startswith("interrupted while it waited")


def test_a_precision_that_is_reached_ends_the_measured_time(loadgen_run, line_server):
    """Nothing was due in its last tenth of a second, which is time all the same."""
    server = line_server()
    with inconclusive_when_overloaded():
        run = loadgen_run(server, options={"rate": "500/s for 900ms, 6/min", "seed": 7,
                                           "arrivals": "poisson", "until": "p50+-100%"})
    assert 1 <= run.result["measured_s"] < 30


def test_a_plan_file_has_the_rate_of_what_made_it(loadgen_run, loadgen_command, scripted_server,
                                                  tmp_path):
    loadgen_command("plan", "--rate", "10/s", "--duration", "500ms", "--output", "five.plan")
    run = loadgen_run(scripted_server(), options={"plan": tmp_path / "five.plan"})
    assert run.result.counts == {"ok": 5}
    assert run.result["target_rate"] == pytest.approx(10) and run.result["rate"] < 10.1


def test_random_arrivals_are_measured_to_the_end_of_the_schedule(loadgen_run, scripted_server):
    """This seed has the one request of two seconds in the first."""
    run = loadgen_run(scripted_server(), options={"rate": "1/s", "arrivals": "poisson", "seed": 7,
                                                  "duration": "2s"})
    assert run.result.counts == {"ok": 1}
    assert run.result["target_rate"] == 0.5
    assert run.result["measured_s"] == pytest.approx(2, abs=0.1)


def test_the_wait_for_a_busy_connection_is_latency(loadgen_run, iotcpd, fake):
    """Two a second too many for one connection: each waits longer than the one before."""
    server = iotcpd(str(fake(latency="100ms")), 1)
    run = loadgen_run(server, options={"rate": "20/s", "requests": 20, "connections": 1})
    assert run.result.counts == {"ok": 20}
    assert run.result["latency_ms"]["max"] > 900
    assert run.result["service_ms"]["p50"] < 200
    assert run.result["send_lag_ms"]["max"] > 800


def test_warm_up_is_sent_and_in_no_result(loadgen_run, scripted_server):
    server = scripted_server(lambda line, number: b"ERR\n" if number < 50 else line)
    run = loadgen_run(server, options={"rate": "200/s", "duration": "1s", "warmup": "500ms"})
    assert len(server.lines) == 200
    assert (run.result["planned"], run.result["warmup_requests"]) == (100, 100)
    assert run.result.counts == {"ok": 100}
