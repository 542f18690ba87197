"""The load generator's command line: bad input costs one line, and ends are as they were asked for."""

import os
import pty
import re
import signal
import socket

import pytest

from pytest_iotcpd.loadgen import (EXIT_ASSERTION_FAILED, EXIT_CANNOT_WRITE, EXIT_INTERRUPTED,
                                   EXIT_INVALID, EXIT_UNREACHABLE, EXIT_UNREADABLE, EXIT_USAGE)
from pytest_iotcpd.scripted_server import RESET, SILENCE

TARGET = "127.0.0.1:9"
HERE = "<-- HERE"
COMMANDS = ("run", "search", "plan", "compare", "merge", "report")


def one_line(done):
    """What it complained of: one line, and nothing on stdout."""
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) == 1, lines
    assert lines[0].startswith("iotcpd-loadgen: ")
    return lines[0]


# -- help --------------------------------------------------------------------------------------

@pytest.mark.parametrize("words", [[], ["--help"], ["-h"], ["help"]])
def test_help_names_every_command(loadgen_command, words):
    done = loadgen_command(*words)
    assert done.stderr == ""
    assert [name for name in COMMANDS if not re.search(rf"^ +{name}\b", done.stdout, re.M)] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help_of_its_own(loadgen_command, command):
    first, second = loadgen_command(command, "--help"), loadgen_command("help", command)
    assert first.stdout == second.stdout and f"iotcpd-loadgen {command}" in first.stdout
    assert max(map(len, first.stdout.splitlines())) <= 80


def test_version(loadgen_command):
    assert re.fullmatch(r"iotcpd-loadgen \d+\.\d+\.\d+\n", loadgen_command("--version").stdout)


# -- bad input ---------------------------------------------------------------------------------

@pytest.mark.parametrize("words, told", [
    (["fly"], ["'fly'"]),
    (["rum"], ["'rum'", "run"]),
    ([TARGET], [TARGET, "run"]),
    (["run"], ["target"]),
    (["run", TARGET, TARGET + "9"], [TARGET + "9"]),
    (["run", "--rat", "--duratio=1", TARGET], ["--rat"]),
    (["run", "--bogus", TARGET], ["--bogus"]),
    (["run", "--duration"], ["duration"]),
    (["run", "--duration", "soon", TARGET], ["--duration", "'soon'", "1ms"]),
    (["run", "--duration", "0", TARGET], ["--duration", "'0'"]),
    (["run", "--connections", "0", TARGET], ["--connections", "'0'", "100000"]),
    (["run", "--connections", "-1", TARGET], ["--connections", "'-1'"]),
    (["run", "--pipeline", "1025", "-k", TARGET], ["--pipeline", "1024"]),
    (["run", "--pipeline", "2", TARGET], ["--keep-alive"]),
    (["run", "--pipeline", "2", "-k", "--misbehave", "rst:1%", TARGET], ["--misbehave"]),
    (["run", "--rate", "1/s", "--think", "1s", TARGET], ["--rate", "--think"]),
    (["run", "--warmup", "10s", "--duration", "10s", TARGET], ["--warmup"]),
    (["run", "--seed", "18446744073709551616", TARGET], ["--seed"]),
    (["run", "--arrivals", "bursty", "--rate", "1/s", TARGET], ["'bursty'", "poisson"]),
    (["run", "--arrivals", "poisson", TARGET], ["--rate"]),
    (["run", "--request", "a", "--requests-file", "b", TARGET], ["--request", "--requests-file"]),
    (["run", "--shuffle", TARGET], ["--shuffle", "--requests-file"]),
    (["run", "--speed", "2x", TARGET], ["--speed", "--replay"]),
    (["run", "--source", "localhost", TARGET], ["--source", "'localhost'"]),
    (["run", "--serve", "iotcpd", TARGET], ["--serve", TARGET]),
    (["run", "--expect", "(", TARGET], ["--expect", "'('"]),
    (["run", "--json", "x", "--csv", "x", TARGET], ["--json", "--csv", "'x'"]),
    (["run", "localhost"], ["localhost", HERE]),
    (["run", "127.0.0.1:0"], ["0", HERE]),
    (["run", "127.0.0.1:65536"], ["65535", HERE]),
    (["run", "[::1:99"], [HERE]),
    (["run", "unix:"], [HERE]),
    (["run", "--rate", "fast", TARGET], ["--rate", "column 1:", HERE]),
    (["run", "--rate", "1000", TARGET], ["1000/s", HERE]),
    (["run", "--rate", "100/s for 10s, rampto 5/s", TARGET], ["column 16", HERE]),
    (["run", "--rate", "1/s, 2/s", TARGET], [HERE]),
    (["run", "--request", "a {nonsense}", TARGET], ["column 3:", "{seq}", HERE]),
    (["run", "--request", "{rand:9..1}", TARGET], [HERE]),
    (["run", "--request", "a}", TARGET], ["column 2:", HERE]),
    (["run", "--misbehave", "rst:1%, fly:2%", TARGET], ["column 9:", "slow-loris", HERE]),
    (["run", "--misbehave", "rst:60%, half-close:50%", TARGET], ["100%"]),
    (["run", "--assert", "p99 ~ 5ms", TARGET], ["column 5:", HERE]),
    (["run", "--assert", "p99 < fast", TARGET], ["column 7:", HERE]),
    (["run", "--assert", "eror == 0", TARGET], ["error", HERE]),
    (["run", "--think", "exp(fast)", TARGET], [HERE]),
    (["run", "--until", "p99", TARGET], [HERE]),
    (["plan"], ["--rate", "--replay"]),
    (["plan", "--rate", "1/s", TARGET], [TARGET]),
    (["compare", "one.json"], ["1 result file"]),
    (["merge", "one.json"], ["1 result file"]),
    (["report"], ["result file"]),
    (["compare", "--tolerance", "much", "a", "b"], ["--tolerance", "'much'"]),
    (["search", TARGET], ["--slo"]),
])
def test_bad_input_costs_one_line_that_names_it(loadgen_command, words, told):
    line = one_line(loadgen_command(*words, expect=EXIT_USAGE))
    assert [part for part in told if part not in line] == [], line


@pytest.mark.parametrize("words, told", [
    (["run", "--requests-file", "absent", TARGET], ["'absent'", "No such file"]),
    (["run", "--requests-file", "empty", TARGET], ["'empty'"]),
    (["run", "--requests-file", "/", TARGET], ["'/'"]),
    (["run", "--request", "{file:absent}", TARGET], ["'absent'"]),
    (["run", "--replay", "absent", TARGET], ["'absent'"]),
    (["run", "--replay", "nonsense", TARGET], ["'nonsense'", "line 1", HERE]),
    (["run", "--plan", "absent", TARGET], ["'absent'"]),
    (["run", "--plan", "nonsense", TARGET], ["'nonsense'", "iotcpd-plan"]),
    (["run", "--plan", "cut-short", TARGET], ["'cut-short'"]),
    (["run", "--plan", "resets", "-k", "--pipeline", "2", TARGET], ["'resets'", "--pipeline 2"]),
    (["report", "absent"], ["'absent'"]),
    (["report", "nonsense"], ["'nonsense'", "not JSON"]),
    (["report", "other.json"], ["'other.json'"]),
    (["compare", "absent", "absent"], ["'absent'"]),
])
def test_a_file_that_cannot_be_used_is_named_before_anything_is_sent(loadgen_command, tmp_path,
                                                                     words, told):
    (tmp_path / "empty").touch()
    (tmp_path / "nonsense").write_text("nonsense\n", encoding="ascii")
    (tmp_path / "other.json").write_text("{}\n", encoding="ascii")
    (tmp_path / "cut-short").write_text("iotcpd-plan 1\n0 ordinary a\n", encoding="ascii")
    (tmp_path / "resets").write_text("iotcpd-plan 1\n0 ordinary a\n5 rst b\nend 2\n", encoding="ascii")
    line = one_line(loadgen_command(*words, expect=EXIT_UNREADABLE))
    assert [part for part in told if part not in line] == [], line


# -- targets -----------------------------------------------------------------------------------

def test_a_refused_port_is_told_in_a_sentence_and_gives_no_results(loadgen_run):
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        target = "127.0.0.1:%d" % reserved.getsockname()[1]
        run = loadgen_run(target, options={"requests": 50}, expect=EXIT_UNREACHABLE)
    assert target in run.complaint and "refused" in run.complaint
    assert run.text == "" and os.path.getsize(run.result_path) == 0


@pytest.mark.parametrize("target, told", [
    ("no-such-host.invalid:99", "no-such-host.invalid"),
    ("unix:/no/such/socket", "No such file"),
])
def test_a_target_that_is_not_there_is_told_in_a_sentence(loadgen_run, target, told):
    run = loadgen_run(target, options={"requests": 50}, expect=EXIT_UNREACHABLE)
    assert target in run.complaint and told in run.complaint


@pytest.mark.parametrize("target", ["no\nhost\x1b[31m.invalid:99", "unix:/no/such\n\x1b[31msocket"])
def test_no_byte_of_a_target_steers_the_terminal(loadgen_command, target):
    complaint = one_line(loadgen_command("run", target, expect=EXIT_UNREACHABLE))
    assert "\x1b" not in complaint and r"\x0a" in complaint


def test_a_name_is_resolved(loadgen_run, scripted_server):
    server = scripted_server()
    assert loadgen_run(f"localhost:{server.port}", options={"requests": 20}).result.counts == {"ok": 20}


def test_a_unix_socket_is_a_target(loadgen_run, iotcpd, tmp_path):
    server = iotcpd("cat", 2, listen=("--unix", str(tmp_path / "socket")))
    target = f"unix:{tmp_path}/socket"
    run = loadgen_run(target, options={"requests": 50, "connections": 2})
    assert run.result.counts == {"ok": 50}
    assert run.result["settings"]["target"] == target
    assert server.stats().check_law()["queries replied"] == 50


def test_ipv6_is_a_target(loadgen_run, iotcpd):
    server = iotcpd("cat", 2, listen=("-I", "::1", "-p", "0"))
    run = loadgen_run(server, options={"requests": 50, "connections": 2})
    assert run.result.counts == {"ok": 50}
    assert run.result["settings"]["target"] == f"[::1]:{server.port}"


# -- interrupts --------------------------------------------------------------------------------

LONG = {"rate": "200/s", "duration": "60s"}


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_the_first_interrupt_ends_the_run_and_reports(loadgen, scripted_server, stop):
    server = scripted_server()
    run = loadgen(server, options=LONG)
    server.wait_received(100)
    run.signal(stop).wait()
    result = run.result
    assert result.ok >= 100 and "ok replies" in run.text
    assert result["planned"] == sum(result["outcomes"].values()) < 12_000


def test_the_second_interrupt_quits(loadgen, scripted_server):
    """While the service that it runs takes its time to end."""
    server = scripted_server(lambda *_: SILENCE)
    serve = f"sh -c 'trap \"\" TERM; echo at {server.target}; while :; do sleep 0.1; done'"
    run = loadgen(options={**LONG, "serve": serve, "serve_ready": r"^at (\S+)"})
    server.wait_received(20)
    run.signal(signal.SIGINT)
    server.wait_silent(0.5)
    assert run.running
    run.signal(signal.SIGINT)
    assert run.wait_exit(5) == EXIT_INTERRUPTED


def test_an_interrupt_while_connections_are_being_opened_ends_it_before_any_result(loadgen):
    """The queue has room for one connection; the others are still on their way."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        run = loadgen(f"127.0.0.1:{listener.getsockname()[1]}",
                      options={"connections": 8, "keep_alive": True, "duration": "5s"})
        with listener.accept()[0]:
            run.signal(signal.SIGINT)
            assert run.wait_exit(5) == EXIT_INTERRUPTED
    assert "before there was any result" in run.complaint


# -- outputs -----------------------------------------------------------------------------------

@pytest.mark.parametrize("output", ["json", "csv", "hgrm", "hlog", "html", "junit"])
def test_a_full_disk_is_told_in_one_line_after_the_summary(loadgen_run, scripted_server, output):
    options = {"requests": 50, "json": None, output: "/dev/full"}
    run = loadgen_run(scripted_server(), options=options, expect=EXIT_CANNOT_WRITE)
    assert "/dev/full" in run.complaint and "No space left" in run.complaint
    assert "ok replies" in run.text


@pytest.mark.parametrize("output", ["json", "csv", "hgrm", "hlog", "html", "junit"])
def test_a_file_that_cannot_be_made_is_told_before_anything_is_sent(loadgen_run, scripted_server,
                                                                    output):
    server = scripted_server()
    options = {"requests": 50, "json": None, output: "/no/such/folder/file"}
    run = loadgen_run(server, options=options, expect=EXIT_CANNOT_WRITE)
    assert "/no/such/folder/file" in run.complaint
    assert server.lines == []


def test_json_on_standard_output_is_all_there_is_on_it(loadgen_run, scripted_server, loadgen_command,
                                                       tmp_path):
    run = loadgen_run(scripted_server(), options={"requests": 50, "json": "-"})
    (tmp_path / "taken.json").write_text(run.text, encoding="utf-8")
    assert "ok replies" in loadgen_command("report", "taken.json").stdout


@pytest.mark.parametrize("output, head", [("csv", "start_s,"), ("hlog", "#["),
                                          ("html", "<!DOCTYPE html"), ("junit", "<?xml"),
                                          ("hgrm", "       Value")])
def test_each_format_can_be_had_on_standard_output(loadgen_run, scripted_server, output, head):
    """And then there is no summary after it."""
    run = loadgen_run(scripted_server(), options={"requests": 50, output: "-"})
    assert run.text.startswith(head)
    assert not re.search(r"^(IN)?VALID$", run.text, re.MULTILINE) or output == "junit"


def test_quiet_is_quiet(loadgen_run, scripted_server):
    run = loadgen_run(scripted_server(), options={"requests": 50, "quiet": True})
    assert (run.text, run.stderr.text()) == ("", "")
    assert run.result.counts == {"ok": 50}


#: Nothing that a summary may have is missing.
ALL_AT_ONCE = {"requests": 400, "rate": "400/s", "warmup": "100ms", "until": "p99+-0.5%",
               "timeout": "100ms", "expect": "tk", "drain": "200ms",
               "misbehave": "slow-loris:5%, half-close:5%, abort-after-send:5%, oversize:5%, "
                            "no-newline:5%, rst:5%"}
#: What a server answers by the last digit of a request's number.
ALL_OUTCOMES = {1: b"ERR\n", 2: b"OK\n", 3: b"tk_00000000000000ff\n", 4: b"", 5: b"half",
                6: SILENCE, 7: RESET}


@pytest.mark.parametrize("options", [{"requests": 50}, ALL_AT_ONCE], ids=["short", "long"])
def test_the_summary_fits_a_screen(loadgen_run, scripted_server, options):
    """Of 80 columns and 40 rows."""
    server = scripted_server(lambda line, number: ALL_OUTCOMES.get(number % 10, line))
    run = loadgen_run(server, "--assert", "p50 < 1us", "--assert", "errors == 0", "--assert", "ok == 0",
                      options=options, expect=(EXIT_INVALID, EXIT_ASSERTION_FAILED))
    assert "FAILED" in run.text
    assert len(run.text.splitlines()) <= 40 and max(map(len, run.text.splitlines())) <= 80


def test_nobody_sees_progress_without_a_terminal(loadgen_run, scripted_server):
    run = loadgen_run(scripted_server(), options={"rate": "100/s", "duration": "1200ms"})
    assert run.stderr.text() == ""


def shown_on_a_terminal(program, *words):
    """(progress, summary) of a run whose standard output and error are a terminal."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvp(program[0], [*program, "run", *words])
    shown = b""
    with open(terminal, "rb", buffering=0) as screen:
        while piece := read_some(screen):
            shown += piece
    os.waitpid(pid, 0)
    progress, _, summary = shown.decode().partition("iotcpd-loadgen ")
    return progress, summary


def test_a_terminal_shows_progress(loadgen_binary, scripted_server):
    progress, summary = shown_on_a_terminal(loadgen_binary, "--rate", "100/s", "--duration", "2200ms",
                                            scripted_server().target)
    assert "\r" in progress and re.search(r"\d", progress), repr(progress)
    assert "ok replies" in summary


def test_progress_tells_no_percentile_of_too_few_replies(loadgen_binary, scripted_server):
    few = shown_on_a_terminal(loadgen_binary, "--rate", "100/s", "--duration", "1200ms",
                              scripted_server().target)
    none = shown_on_a_terminal(loadgen_binary, "--rate", "10/s", "--duration", "1200ms", "--drain",
                               "0", scripted_server(lambda *_: SILENCE).target)
    assert re.search(r"p50 [0-9.]+.s  p99 -  max [0-9.]+.s", few[0]), repr(few)
    assert "p50 -  p99 -  max -  errors 0" in none[0], repr(none)


def read_some(screen):
    """b"" at the end: a terminal that nobody holds any more gives EIO."""
    try:
        return screen.read(4096)
    except OSError:
        return b""
