"""--serve: the service under test is started, awaited, asked for its statistics and ended."""

import re
import shlex
import signal

import pytest

from pytest_iotcpd import eventually, proc
from pytest_iotcpd.loadgen import EXIT_INTERRUPTED, EXIT_UNREACHABLE

SHORT = {"rate": "200/s", "requests": 60}


@pytest.fixture
def service(iotcpd_binary):
    """service(*words): a command line for --serve."""
    return lambda *words: shlex.join([*iotcpd_binary, *words])


def test_one_command_benchmarks_a_daemon(loadgen_run, service):
    run = loadgen_run(options={**SHORT, "serve": service("-n", "2", "-d", "sed -u s/tk/tk/",
                                                         "-p", "0")})
    assert run.result.counts == {"ok": 60}
    report = run.result["service"]
    statistics = dict(report["statistics"])
    assert statistics["queries total"] == statistics["queries replied"] == "60"
    assert report["exit_code"] == 0 and report["address"].startswith("127.0.0.1:")
    assert not [note for note in run.result.warnings if "the service ended" in note]
    assert report["address"] == run.result["settings"]["target"]
    assert "replied 60" in run.text


def test_a_service_that_announces_itself_in_its_own_words(loadgen_run, line_server_binary):
    run = loadgen_run(options={**SHORT, "serve": line_server_binary,
                               "serve_ready": r"^line-server listening: (\S+)$"})
    assert run.result.counts == {"ok": 60}
    assert run.result["service"]["exit_code"] == 0
    assert run.result["service"]["statistics"] == []


def test_nothing_of_the_service_is_left(loadgen, service):
    run = loadgen(options={"rate": "200/s", "duration": "20s", "serve": service("-d", "cat", "-p", "0")})
    family = eventually(lambda: len(run.family()) > 4 and run.family(), what="iotcpd and its daemons")
    run.signal(signal.SIGINT).wait()
    assert [pid for pid in family if proc.alive(pid)] == []
    assert run.result["service"]["exit_code"] == 0


def test_nothing_is_left_of_what_a_shell_has_started(loadgen, service):
    """A shell that is told to end does not tell its children."""
    command = shlex.join(["sh", "-c", service("-d", "cat", "-p", "0") + "; true"])
    run = loadgen(options={"rate": "200/s", "duration": "20s", "serve": command})
    family = eventually(lambda: len(run.family()) > 5 and run.family(),
                        what="a shell, iotcpd and its daemons")
    run.signal(signal.SIGINT).wait()
    eventually(lambda: [pid for pid in family if proc.alive(pid)] == [], what="all are gone")


def test_what_the_service_complains_of_is_passed_on(loadgen_run, service):
    run = loadgen_run(options={**SHORT, "serve": service("-d", "cat", "-p", "0", "-n", "1",
                                                         "--log-level", "debug")})
    assert run.log_lines(r"information|debug|notice")


@pytest.mark.parametrize("command, words", [
    ("/no/such/program", "No such file or directory"),
    ("/etc/passwd", "Permission denied"),
    ("/bin/false", "exited with code 1 before it was ready"),
    ("sh -c 'kill -9 $$'", "was killed by signal 9 before it was ready"),
])
def test_a_service_that_cannot_be_run_is_told_in_one_line(loadgen_run, command, words):
    run = loadgen_run(options={**SHORT, "serve": command}, expect=EXIT_UNREACHABLE)
    assert words in run.complaint and "--serve" in run.complaint
    assert run.text == ""


@pytest.mark.timeout(90)
def test_a_service_that_never_gets_ready_is_given_up(loadgen_run):
    run = loadgen_run(options={**SHORT, "serve": "sh -c 'echo not yet; sleep 1000'",
                               "serve_timeout": "300ms"}, within=60, expect=EXIT_UNREACHABLE)
    assert "iotcpd ready: " in run.complaint and "within 300ms" in run.complaint


def test_a_service_that_dies_in_mid_run_is_told_in_the_report(loadgen, service, tmp_path):
    rows = tmp_path / "rows.csv"
    run = loadgen(options={"rate": "200/s", "duration": "1500ms", "csv": rows,
                           "serve": service("-d", "cat", "-p", "0", "-n", "1")})
    eventually(lambda: len(rows.read_text(encoding="ascii").splitlines()) > 1,
               what="the first second is over")
    (server,) = proc.children(run.pid)
    proc.kill_quietly(server)
    result = run.wait().result
    # Where it was behind with accepting, those in its backlog find it gone, too.
    gone = sum(result.counts.get(outcome, 0) for outcome in ("refused", "empty", "reset"))
    assert result.counts["ok"] > 100 and gone > 20
    assert sum(result.counts.values()) == result["planned"] == 300
    assert result["service"]["exit_code"] == -signal.SIGKILL
    note = "the service ended during the run: signal 9"
    assert result.warnings[0] == note
    assert re.search(rf"^Note( 1 of \d+)? +{re.escape(note)}", run.text, re.M)


def test_an_interrupt_does_not_wait_for_a_service(loadgen):
    run = loadgen(options={**SHORT, "serve": "sleep 1000"})
    eventually(run.family, what="the service runs")
    run.signal(signal.SIGINT)
    assert run.wait_exit() == EXIT_INTERRUPTED
    assert "interrupted" in run.complaint
