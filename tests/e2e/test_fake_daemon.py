"""The fake daemon as a program: personalities, latency, determinism, wrapping, trouble, bad input."""

import json
import os
import resource
import signal
import socket
import subprocess

import pytest

from pytest_iotcpd import eventually, proc, scaled
from pytest_iotcpd.deadline import inconclusive_when_overloaded
from pytest_iotcpd.fake_daemon import ControlRefused, control

URL = b"http://bar.baaz.foo/test.html 127.0.1.1/10.129.23.1 - GET myip=- myport=3127\n"


@pytest.fixture
def run(fake_daemon_binary, tmp_path):
    """run(*words, data=b"", **settings) -> CompletedProcess"""
    def run(*words, data=b"", **settings):
        return subprocess.run([fake_daemon_binary, *words], input=data, capture_output=True,
                              cwd=tmp_path, timeout=scaled(20), check=False, **settings)

    return run


# -- personalities ----------------------------------------------------------------------------


@pytest.mark.parametrize("data", [b"", b"a\n", b"no newline", b"\n\n", b"a\0\xff\r\n",
                                  pytest.param(b"x" * 300_000 + b"\n", id="large")])
def test_echo_answers_what_it_was_asked(run, data):
    done = run(data=data)
    assert (done.stdout, done.stderr, done.returncode) == (data, b"", 0)


def test_fixed_fills_in_its_template(run):
    template = "{{{line}}} {token} {pid} {worker} {incarnation} {seq} {slept_us}"
    environment = {**os.environ, "IOTCPD_WORKER": "3", "IOTCPD_INCARNATION": "2"}
    done = run("--personality", "fixed", "--template", template, "--latency", "2ms", env=environment,
               data=b"a tk_0123456789abcdef b\nplain\n")
    first, second = (line.split(b" ") for line in done.stdout.splitlines())
    assert first[:4] == [b"{a", b"tk_0123456789abcdef", b"b}", b"tk_0123456789abcdef"]
    assert first[5:8] == [b"3", b"2", b"1"] and second[:2] == [b"{plain}", b""]
    assert int(first[8]) >= 2000


def test_squidguard_redirects_by_patterns(run, tmp_path):
    (tmp_path / "patterns").write_text("# ours\n^http://bar\\. http://blocked/?{url}\n^ads\n")
    done = run("--personality", "squidguard", "--patterns", "patterns",
               data=URL + b"ads.example/x 1.2.3.4/- - GET\n" + b"http://ok/ 1.2.3.4/- - GET\n"
               + b"nonsense\n")
    assert done.stdout.splitlines() == [
        b'OK status=302 url="http://blocked/?http://bar.baaz.foo/test.html"',
        b'OK status=302 url="http://foo.bar?found=ads.example/x"', b"ERR",
        b'BH message="expected URL ip/fqdn ident method"']


# -- latency ----------------------------------------------------------------------------------


def test_the_delay_really_slept_is_in_the_journal_and_never_less_than_drawn(fake_daemon):
    daemon = fake_daemon(latency="5ms")
    for number in range(20):
        assert daemon.ask(b"%d\n" % number) == b"%d\n" % number
    slept = [line["slept_us"] for line in daemon.wait_journal("reply", 20)]
    assert min(slept) >= 5000
    with inconclusive_when_overloaded():
        assert sorted(slept)[10] < 5000 + scaled(2000)


def test_spin_hits_the_deadline_closer(fake_daemon):
    daemon = fake_daemon(latency="3ms", spin="1ms")
    for number in range(20):
        daemon.ask(b"%d\n" % number)
    slept = sorted(line["slept_us"] for line in daemon.wait_journal("reply", 20))
    assert slept[0] >= 3000
    with inconclusive_when_overloaded():
        assert slept[5] < 3050


def test_startup_delays_the_first_reply_alone(fake_daemon):
    daemon = fake_daemon(startup="100ms")
    assert daemon.ask(b"one\n") == b"one\n"
    start, received = daemon.journal("start")[0], daemon.journal("recv")[0]
    assert received["t_ns"] - start["t_ns"] >= 100_000_000
    assert daemon.ask(b"two\n") == b"two\n"


def test_load_makes_latency_grow_with_what_is_outstanding(fake_daemon):
    daemon = fake_daemon(personality="squid-channel", latency="load(0s, 20ms)")
    daemon.write(b"1 a\n2 b\n3 c\n")
    assert [daemon.read_line()[:1] for _ in range(3)] == [b"1", b"2", b"3"]
    slept = [line["slept_us"] for line in daemon.wait_journal("reply", 3)]
    assert slept[0] >= 20_000 and slept[1] >= 40_000 and slept[2] >= 60_000


# -- determinism ------------------------------------------------------------------------------


def journal_of(fake_daemon, *faults, seed=5, worker="0", incarnation="1"):
    daemon = fake_daemon(fault=["before-reply = 20% extra-line(x)", *faults], seed=seed,
                         latency="uniform(10us, 50us)",
                         env={"IOTCPD_WORKER": worker, "IOTCPD_INCARNATION": incarnation})
    daemon.write(b"".join(b"%d\n" % number for number in range(200))).finish()
    return [line["seq"] for line in daemon.journal("fault", action="extra-line")]


def test_the_same_seed_gives_the_same_run_and_another_process_another(fake_daemon):
    first = journal_of(fake_daemon)
    assert first == journal_of(fake_daemon) and 15 < len(first) < 70
    assert first != journal_of(fake_daemon, worker="1")
    assert first != journal_of(fake_daemon, incarnation="2")
    assert first != journal_of(fake_daemon, seed=6)


def test_adding_a_fault_does_not_shift_the_draws_of_another(fake_daemon):
    assert journal_of(fake_daemon) == journal_of(
        fake_daemon, "after-read = 50% sleep(1us)", "before-reply = 10% sleep(exp(1us))")


# -- control ----------------------------------------------------------------------------------


def test_faults_are_set_listed_counted_and_reset_at_run_time(fake_daemon):
    daemon = fake_daemon(fault="before-reply = 1* extra-line(own)")
    assert daemon.ask(b"one\n") + daemon.read_line() == b"one\nown\n"
    daemon.control("fault after-reply = extra-line(added)")
    assert daemon.ask(b"two\n") + daemon.read_line() == b"two\nadded\n"
    assert daemon.control("faults")[daemon.pid] == [
        'before-reply = 1* extra-line("own")', 'after-reply = extra-line("added")']
    counters = daemon.counters()[daemon.pid]
    assert (counters["received"], counters["replied"], counters["stray"]) == (2, 2, 2)
    assert [(fault["hits"], fault["fired"]) for fault in counters["faults"]] == [(2, 1), (1, 1)]
    daemon.control("reset")
    assert daemon.ask(b"three\n") + daemon.read_line() == b"three\nown\n"
    assert daemon.counters()[daemon.pid]["received"] == 1


@pytest.mark.parametrize("command", ["", "nonsense", "release", "release gate 0", "release gate x",
                                     "hold", "await", "await a b", "fault", "fault idle =", "counters x"])
def test_a_command_that_is_none_is_refused_in_one_line(fake_daemon, command):
    daemon = fake_daemon()
    with pytest.raises(ControlRefused):
        daemon.control(command)
    assert daemon.ask(b"still fine\n") == b"still fine\n"


def test_ctl_addresses_many_and_says_who_answered(fake_daemon, fake_daemon_binary, tmp_path):
    pattern = str(tmp_path / "c.{pid}")
    daemons = [fake_daemon(fault="before-reply = hold(gate)", control=pattern) for _ in range(3)]
    for daemon in daemons:
        daemon.write(b"one\n").wait_held("gate")

    def ctl(*words):
        return subprocess.run([fake_daemon_binary, "ctl", *words], capture_output=True, text=True,
                              timeout=scaled(10), check=False)

    done = ctl(pattern, "--", "counters")
    assert done.returncode == 0 and len(done.stdout.splitlines()) == 3
    assert {json.loads(line.partition(": ok ")[2])["pid"] for line in done.stdout.splitlines()} == {
        daemon.pid for daemon in daemons}
    assert ctl(pattern, "--", "release", "gate").returncode == 0
    assert [daemon.read_line() for daemon in daemons] == [b"one\n"] * 3
    refused = ctl(pattern, "--", "nonsense")
    assert refused.returncode == 1 and refused.stdout.count("error") == 3
    assert ctl(str(tmp_path / "none"), "--", "reset").returncode == 69
    assert ctl(str(tmp_path / "none.{pid}"), "--", "reset").returncode == 69
    assert ctl(pattern).returncode == ctl("--", "reset").returncode == 64


def test_the_control_socket_is_gone_with_its_process_and_a_stale_one_replaced(fake_daemon, tmp_path):
    path = str(tmp_path / "control")
    first = fake_daemon(control=path)
    first.wait_journal("start")
    first.finish()
    assert not os.path.exists(path)
    killed = fake_daemon(control=path)
    killed.wait_journal("start")
    killed.process.kill()
    killed.wait()
    assert os.path.exists(path)
    successor = fake_daemon(control=path)
    successor.wait_journal("start")
    assert control(path, "counters")["pid"] == successor.pid
    rival = fake_daemon(control=path)
    assert rival.wait() == 69
    assert b"{pid}" in rival.process.stderr.read()
    assert control(path, "counters")["pid"] == successor.pid


def test_a_client_that_leaves_while_it_awaits_disturbs_nobody(fake_daemon):
    daemon = fake_daemon(fault="before-reply = hold(gate)")
    (path,) = daemon.sockets()
    for text in (b"await gate\n", b"counters\ncounters\nawait gate\nreset\n", b"counters"):
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(path)
            client.sendall(text)
    daemon.write(b"one\n").wait_held("gate")
    daemon.release("gate")
    assert daemon.read_line() == b"one\n"


# -- wrapping ---------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [["cat"], ["sed", "-u", "s/1/one/"], ["bc", "-q"], ["sort", "-r"],
                                   ["sh", "-c", "while read a; do echo $a; echo more; done"]])
def test_wrapping_is_transparent_over_10000_requests(run, words):
    data = b"".join(b"%d + 1\n" % number for number in range(10_000))
    bare = subprocess.run(words, input=data, capture_output=True, timeout=scaled(20), check=True)
    done = run("--fault", "after-read = after(1000000) exit(1)", "--wrap", "--", *words, data=data)
    assert done.stdout == bare.stdout
    assert (done.stderr, done.returncode) == (bare.stderr, bare.returncode)


@pytest.mark.parametrize("data", [b"", b"no newline", b"a\nb", b"\0\n\xff"])
def test_wrapping_passes_on_odd_bytes(run, data):
    assert run("--wrap", "--", "cat", data=data).stdout == data


@pytest.mark.parametrize("script, code", [("exit 7", 7), ("kill -SEGV $$", -signal.SIGSEGV)])
def test_a_wrapper_ends_as_the_wrapped_program_does(run, script, code):
    assert run("--wrap", "--", "sh", "-c", f"read a; echo $a; {script}", data=b"a\nb\n").returncode == code


def test_term_reaches_the_wrapped_program(fake_daemon):
    daemon = fake_daemon(wrap=["sh", "-c", "trap 'echo bye; exit 3' TERM; while read a; do echo $a; done"])
    assert daemon.ask(b"one\n") == b"one\n"
    daemon.process.send_signal(signal.SIGTERM)

    def ended():
        # A shell looks for signals between two commands.
        if daemon.process.poll() is None:
            daemon.write(b"again\n")
        return daemon.process.poll() is not None

    eventually(ended, 5)
    assert daemon.wait() == 3


# -- trouble ----------------------------------------------------------------------------------


def test_a_stdout_that_nobody_reads_any_more_ends_it_in_one_line(fake_daemon):
    daemon = fake_daemon()
    assert daemon.ask(b"one\n") == b"one\n"
    daemon.process.stdout.close()
    daemon.write(b"two\n")
    assert daemon.wait() == 74
    assert daemon.process.stderr.read() == b"iotcpd-fake-daemon: stdout: Broken pipe\n"
    assert daemon.journal("exit")[0]["reason"] == "stdout"


@pytest.mark.parametrize("redirect", ["<&-", "</dev/null", "<&- >&- 2>&-", ">/dev/null"])
def test_descriptors_that_are_closed_from_the_start_end_it_quietly(fake_daemon_binary, redirect):
    done = subprocess.run(["sh", "-c", f"exec {fake_daemon_binary} {redirect}"], capture_output=True,
                          stdin=subprocess.DEVNULL, timeout=scaled(10), check=False)
    assert (done.stdout, done.stderr, done.returncode) == (b"", b"", 0)


def test_a_stdin_that_cannot_be_read_ends_it_in_one_line(fake_daemon_binary, tmp_path):
    folder = os.open(tmp_path, os.O_RDONLY)
    done = subprocess.run([fake_daemon_binary], stdin=folder, capture_output=True,
                          timeout=scaled(10), check=False)
    os.close(folder)
    assert (done.returncode, done.stderr) == (74, b"iotcpd-fake-daemon: stdin: Is a directory\n")


def test_a_request_beyond_every_measure_ends_it_in_one_line(run):
    done = run(data=b"x" * (17 << 20))
    assert (done.returncode, done.stderr.count(b"\n")) == (74, 1)
    assert b"16MiB" in done.stderr


def test_a_stdout_that_is_read_slowly_gets_everything_and_holds_no_control(fake_daemon):
    daemon = fake_daemon(fault="before-reply = oversize(1MiB)").write(b"one\ntwo\n")
    daemon.wait_journal("recv")
    assert daemon.counters()[daemon.pid]["outstanding"] == 1
    assert len(daemon.read_line()) == len(daemon.read_line()) == 1 << 20


def test_an_idle_daemon_uses_no_processor(fake_daemon):
    daemon = fake_daemon(fault="before-reply = off")
    assert daemon.ask(b"one\n") == b"one\n"
    used = proc.cpu_s(daemon.pid)
    with pytest.raises(AssertionError):
        eventually(lambda: proc.cpu_s(daemon.pid) > used + 0.05, 0.3)


def test_it_stays_small(fake_daemon, fake_daemon_binary):
    if proc.is_sanitized(fake_daemon_binary):
        pytest.skip("the limit is that of a release build: an address sanitizer multiplies memory")
    daemon = fake_daemon()
    daemon.write(b"x\n" * 20_000)
    for _ in range(20_000):
        daemon.read_line()
    assert proc.rss_kib(daemon.pid) < 4096


def test_a_limit_on_file_size_costs_journal_lines_and_no_request(fake_daemon_binary, tmp_path):
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))

    journal = tmp_path / "journal"
    done = subprocess.run([fake_daemon_binary, "--journal", journal], input=b"line\n" * 100,
                          capture_output=True, preexec_fn=limit, timeout=scaled(10), check=False)
    assert (done.stdout, done.returncode) == (b"line\n" * 100, 0)
    assert done.stderr.count(b"\n") == 1 and b"journal" in done.stderr


# -- bad input --------------------------------------------------------------------------------


@pytest.mark.parametrize("words, code, parts", [
    (["--fault", "before-reply = every() exit(7)"], 64, ["column 22", "<-- HERE", "whole number"]),
    (["--fault", "befor-reply = exit(7)"], 64, ["column 1:", "before-reply"]),
    (["--fault", "startup = drop"], 64, ["column 11", "after-read or before-reply"]),
    (["--fault", "startup = ignore(KILL)"], 64, ["other than KILL"]),
    (["--fault", "idle = match(/x/) off"], 64, ["request"]),
    (["--fault", "after-read = match(/(/) off"], 64, ["regular expression"]),
    (["--fault", "before-reply = wrong-id"], 64, ["squid-channel"]),
    (["--latency", "5"], 64, ["--latency", "unit"]),
    (["--latency", "lognormal(20ms, p99=10ms)"], 64, ["above the median"]),
    (["--latency", "empirical(nonexistent)"], 64, ["No such file"]),
    (["--personality", "echoo"], 64, ["'echoo'", "squid-channel"]),
    (["--personality", "fixed", "--template", "{wrong}"], 64, ["column 1:", "{slept_us}"]),
    (["--personality", "squidguard", "--patterns", "nonexistent"], 64, ["'nonexistent'"]),
    (["--seed", "-1"], 64, ["'-1'", "18446744073709551615"]),
    (["--spin", "1s"], 64, ["'1s'", "10ms"]),
    (["--profile", "flakey"], 64, ["unknown profile 'flakey'"]),
    (["--profile", "./nonexistent"], 78, ["./nonexistent", "No such file"]),
    (["--journal", "/nonexistent/x"], 69, ["/nonexistent/x", "No such file"]),
    (["--control", "/nonexistent/x"], 69, ["/nonexistent/x", "No such file"]),
    (["--control", "x" * 120], 69, ["107 bytes"]),
    (["--wrap", "--", "nonexistent-program"], 69, ["nonexistent-program"]),
    (["--wrap"], 64, ["--wrap -- CMD"]),
    (["stray"], 64, ["'stray'"]),
    (["--faultt", "x"], 64, ["--fault"]),
])
def test_bad_input_gets_one_line_and_its_exit_code(run, words, code, parts):
    done = run(*words, data=b"lost?\n")
    text = done.stderr.decode()
    assert (done.returncode, done.stdout, text.count("\n")) == (code, b"", 1), text
    assert all(part in text for part in parts), text


@pytest.mark.parametrize("name, value", [("IOTCPD_WORKER", "x"), ("IOTCPD_WORKER", "-1"),
                                         ("IOTCPD_INCARNATION", "0"), ("IOTCPD_INCARNATION", "")])
def test_a_wrong_environment_gets_one_line(run, name, value):
    done = run(env={**os.environ, name: value})
    assert done.returncode == 64 and name in done.stderr.decode()


def test_help_and_version_go_to_stdout(run):
    assert run("-h").stdout.startswith(b"Usage: iotcpd-fake-daemon")
    assert run("-v").stdout.startswith(b"iotcpd-fake-daemon 2.")
    assert run("ctl", "--help").stdout.startswith(b"Usage: iotcpd-fake-daemon ctl")
    assert run("-hv").returncode == 0
