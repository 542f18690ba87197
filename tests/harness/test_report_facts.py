"""What a report of a run gathers from one test: faults, counters, outcomes of clients."""

import os
import re
import signal
import socket
import types

import pytest

from pytest_iotcpd import Iotcpd, LineClient, eventually, proc, witness
from pytest_iotcpd.history import CheckedRun, Promises
from pytest_iotcpd.run_report import cells
from pytest_iotcpd.run_report.counters import AT_THE_END, last_counters
from pytest_iotcpd.run_report.fault_tally import FaultTally
from pytest_iotcpd.run_report.gatherer import Gatherer
from pytest_iotcpd.run_report.page import page
from pytest_iotcpd.run_report.verdicts import Result

LAST_SEEN = "as the test last saw them"


@pytest.fixture
def gatherer():
    """Called as the witness while the test runs."""
    before, mine = witness.present(), Gatherer()
    witness.call(mine)
    yield mine
    witness.call(before)


# -- faults ------------------------------------------------------------------------------------

def fired(facts):
    return {fault["fault"]: (fault["from"], fault["fired"]) for fault in facts["faults"]}


def test_faults_of_the_command_line_a_profile_and_requests_are_told_apart(gatherer, fake_daemon):
    first = fake_daemon(fault="after-reply=1*sleep(1ms)", obey_requests=True)
    first.ask(b"one @after-read=sleep(2ms)\n")
    first.finish()
    second = fake_daemon(profile="crash-loop")
    second.wait()
    assert fired(gatherer.facts()) == {
        "after-reply=1*sleep(1ms)": ("the test", 1),
        "after-read = sleep(2ms)": ("requests, or the control socket", 1),
        **{line["fault"]: ("profile crash-loop", 1) for line in second.wait_journal("fault")}}


def test_faults_are_counted_whose_journal_was_given_back(gatherer, iotcpd, fake):
    daemon = fake(obey_requests=True)
    server = iotcpd(str(daemon), 2, options={"trace": True})
    checked = CheckedRun(server, daemon, Promises(num_daemons=2), segment_limit=4)
    checked.ask(["@after-read=sleep(1ms)"] * 10)
    checked.assert_clean()
    facts = gatherer.facts()
    assert fired(facts) == {"after-read = sleep(1ms)": ("requests, or the control socket", 10)}
    assert facts["clients"] == {"reply": 10}


def test_faults_of_a_wrapped_command_are_its_own_affair(tmp_path):
    words = ["fake", "--fault=idle = drop", "--wrap", "--", "other", "--fault", "x"]
    tally = FaultTally(types.SimpleNamespace(words=words, journal_path=tmp_path / "none"))
    tally.read()
    assert [row["fault"] for row in tally.facts()] == ["idle = drop"]


def test_a_line_that_a_killed_daemon_has_not_finished_spoils_no_other(tmp_path):
    journal = tmp_path / "journal"
    journal.write_text('{"event":"fault","fault":"idle = dr'
                       '{"event":"fault","fault":"idle = drop","point":"idle","action":"drop"}\n')
    tally = FaultTally(types.SimpleNamespace(words=["fake"], journal_path=journal))
    tally.read()
    assert fired({"faults": tally.facts()}) == {"idle = drop": ("requests, or the control socket", 1)}


def test_another_test_begins_with_nothing(gatherer, fake):
    assert fake(fault="idle = drop") and gatherer.facts()
    gatherer.begin()
    assert gatherer.facts() == {}


def test_fake_daemons_of_several_tests_tell_each_what_fired_in_it(gatherer, fake_daemon):
    shared = fake_daemon(fault=["after-reply = sleep(1ms)", "on-term = hang"])
    for requests, so_far in ((2, 2), (3, 5)):
        for _ in range(requests):
            shared.ask(b"abc\n")
        shared.wait_journal("slept", count=so_far)
        told = fired(gatherer.facts())
        assert told.pop("on-term = hang", ("the test", 0)) == ("the test", 0)
        assert told == {"after-reply = sleep(1ms)": ("the test", requests)}
        gatherer.begin()
    assert gatherer.facts() == {}


def test_a_redirector_of_several_tests_is_told_apart_where_it_ends(gatherer, iotcpd):
    server = iotcpd("cat", n=1)
    server.ask(b"abc\n")
    gatherer.begin()
    server.shut_down()
    (told,) = gatherer.facts()["redirectors"]
    assert told["shared"] and told["counters"]["queries replied"] == 1
    assert "redirector of several tests:" in cells.seen({"redirectors": [told]})[0]


# -- counters ----------------------------------------------------------------------------------

def test_a_redirector_that_serves_is_asked_at_its_end(gatherer, iotcpd):
    server = iotcpd("cat", n=1)
    server.ask(b"abc\n")
    assert server.shut_down() == []
    (told,) = gatherer.facts()["redirectors"]
    assert (told["counters"]["when"], told["counters"]["queries replied"]) == (AT_THE_END, 1)
    assert told["command"].startswith("iotcpd --daemon cat") and told["signals"] == []


def test_signals_of_the_test_are_told_but_not_questions(gatherer, iotcpd):
    server = iotcpd("cat", n=1)
    server.stats()
    server.signal(signal.SIGHUP).stop()
    server.shut_down()
    (told,) = gatherer.facts()["redirectors"]
    assert (told["signals"], told["code"]) == (["HUP", "TERM"], 0)


def assert_not_asked(server, monkeypatch):
    """What its counters were, without a question."""
    asked = []
    monkeypatch.setattr(server, "stats", lambda **_: asked.append(1))
    assert last_counters(server)["when"] == LAST_SEEN and not asked


def test_a_redirector_that_is_stopped_is_not_asked(iotcpd, monkeypatch):
    server = iotcpd("cat", n=1)
    server.stats()
    os.kill(server.pid, signal.SIGSTOP)
    eventually(lambda: proc.state(server.pid) == "T")
    try:
        assert_not_asked(server, monkeypatch)
    finally:
        os.kill(server.pid, signal.SIGCONT)


def test_a_redirector_that_has_ended_tells_what_was_seen_last(iotcpd, monkeypatch):
    server = iotcpd("cat", n=1)
    server.stats()
    os.kill(server.pid, signal.SIGTERM)
    assert server.wait_exit() == 0
    assert_not_asked(server, monkeypatch)


def test_a_redirector_that_was_told_to_end_is_not_asked(iotcpd, monkeypatch):
    server = iotcpd("cat", n=1)
    server.stats()
    with server.client() as open_client:
        open_client.send(b"half")
        server.signal(signal.SIGTERM)
        assert_not_asked(server, monkeypatch)


def test_a_redirector_that_writes_its_statistics_to_a_file_is_not_asked(iotcpd, monkeypatch, tmp_path):
    server = iotcpd("cat", n=1, options={"stats_file": tmp_path / "stats.json"})
    server.stats()
    assert_not_asked(server, monkeypatch)


def test_a_redirector_whose_stdout_nobody_has_is_not_asked(iotcpd):
    server = iotcpd("cat", n=1)
    server.stdout.close()
    assert last_counters(server) is None
    assert signal.SIGUSR1 not in server.sent_signals


def test_a_program_that_was_not_ready_yet_is_not_asked_as_that_might_end_it(tmp_path):
    server = Iotcpd(["sleep", "100"], str(tmp_path))
    assert last_counters(server) is None
    assert server.running and not server.sent_signals
    server.signal(signal.SIGKILL).shut_down()


# -- clients -----------------------------------------------------------------------------------

@pytest.mark.parametrize("script, outcome", [
    (lambda line, _: line, "reply"), (lambda line, _: b"ERR\n", "error-reply"),
    (lambda line, _: b"", "nothing")])
def test_what_a_client_got_is_counted(gatherer, scripted_server, script, outcome):
    server = scripted_server(script)
    LineClient((server.host, server.port)).ask(b"abc\n")
    assert gatherer.facts()["clients"] == {outcome: 1}


def test_a_client_without_an_answer_is_counted(gatherer):
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        with pytest.raises(ConnectionRefusedError):
            LineClient(deaf.getsockname()).ask(b"abc\n")
        deaf.listen()
        with pytest.raises(TimeoutError):
            LineClient(deaf.getsockname(), timeout_s=0.05).ask(b"abc\n")
    assert gatherer.facts()["clients"] == {"refused": 1, "timeout": 1}


def test_a_load_generator_tells_its_outcomes_and_its_verdict(gatherer, loadgen_run, iotcpd):
    run = loadgen_run(iotcpd("cat", n=1), options={"rate": "200/s", "requests": 20})
    (told,) = gatherer.facts()["load"]
    assert told == {"outcomes": {"ok": 20}, "verdict": run.result["verdict"]}


# -- the page ----------------------------------------------------------------------------------

def test_a_result_that_went_to_a_device_is_not_read(gatherer, loadgen_run, iotcpd):
    """/dev/full can be read for ever."""
    loadgen_run(iotcpd("cat", 1), options={"requests": 1, "json": "/dev/full"}, expect=74)
    assert "load" not in gatherer.facts()


def test_a_row_tells_outcomes_with_their_causes_deaths_and_who_was_condemned():
    counters = {"when": LAST_SEEN, "queries total": 1205, "queries replied": 1200, "queries timeout": 2,
                "queries failed": 3, "failed": {"queue-full": 1, "daemon-death": 2}, "unknown": {},
                "daemon deaths": 2, "condemned": {"timeout": 2}}
    facts = {"redirectors": [{"command": "iotcpd", "code": 0, "signals": ["HUP"], "shared": False,
                             "counters": counters}],
             "load": [{"outcomes": {"ok": 3}, "verdict": "invalid"}]}
    plain = [re.sub(r"<[^>]+>", "", line) for line in cells.injected(facts) + cells.seen(facts)]
    assert plain == [
        "signals: HUP",
        "redirector: 1,200 replied, 2 timeout, 3 failed (1 queue-full, 2 daemon-death); 2 deaths;"
        " condemned: 2 timeout; as the test last saw them", "load (invalid): 3 ok"]


def test_a_file_with_a_failure_comes_before_the_others():
    results = [Result("a.py::test_one"), Result("b.py::test_two", "failed", "x"),
               Result("c.py::test_three", "inconclusive", "noise")]
    listed = page(results, [], 0.0).partition("All tests, by file")[2]
    places = [listed.index(f"<code>{name}.py") for name in "bca"]
    assert places == sorted(places)
