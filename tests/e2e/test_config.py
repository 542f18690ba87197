"""The command line, the configuration file and what they say about each other; the log's settings."""

import json
import os
import re
import signal
import socket
import subprocess

import pytest

from pytest_iotcpd import LineClient, eventually, proc, scaled
from pytest_iotcpd.deaths import DIED

NASTY = {
    "daemon": r"""awk '{print "a\\b ${HOME}", $0; fflush()}' "two  words" back\ slash""",
    "error-reply": "BH message=\"no = luck\" # not a comment, ${none} \\ !",
    "probe": "  http://a.b/ 1.2.3.4/- - GET\t", "trace": "/tmp/two\nlines ",
    "probe-expect": r"^(OK|ERR)\b.{0,3}\\?$",
    "ipv4": ["127.0.0.1", "127.0.0.2"],
    "allow": ["127.0.0.0/8", "10.0.0.0/8", "fd00::/8"],
    "unix": "/tmp/a, b = c",
    "busy-timeout": "1.5s", "queue-timeout": "250ms", "client-timeout": "2m", "max-reply": "1.5KiB",
}

DEFAULTS = {
    "daemon": "squidGuard -c sg/adblock.conf", "ipv4": "127.0.0.1", "port": "9991", "num-daemons": "4",
    "busy-timeout": "15s", "alarm-interval": "2s", "queue-size": "1024", "queue-timeout": "500ms",
    "max-request": "4KiB", "max-reply": "64KiB", "client-timeout": "10s", "max-clients": "10000",
    "max-clients-per-source": "unlimited", "backlog": "1024", "error-reply": "ERR",
    "drain-timeout": "16.5s", "log-format": "text", "settle": "0s", "keep-alive": "no",
    "max-pipeline": "64", "idle-timeout": "1m", "threads": "1",
}


@pytest.fixture
def check(iotcpd_run):
    """check(words...) -> effective settings {name: value}, as --check-config prints them."""
    def run(*words):
        ended = iotcpd_run("--check-config", *words)
        assert (ended.returncode, ended.stderr) == (0, b""), ended
        return dict(re.split(r"\s*=\s*", line, maxsplit=1)
                    for line in ended.stdout.decode().splitlines() if line and line[0] not in "#!")

    return run


# -- help and version --------------------------------------------------------------------------

@pytest.mark.parametrize("words", [[], ["-h"], ["--help"]])
def test_help_is_printed_without_any_argument_and_on_request(iotcpd_run, words):
    ended = iotcpd_run(*words)
    assert (ended.returncode, ended.stderr) == (0, b"")
    for option in ("--daemon", "--num-daemons", "--busy-timeout", "--probe-expect", "--trace"):
        assert option.encode() in ended.stdout
    assert max(map(len, ended.stdout.decode().splitlines())) <= 80


@pytest.mark.parametrize("words", [["-v"], ["--version"]])
def test_the_version_is_one_line(iotcpd_run, words):
    ended = iotcpd_run(*words)
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert re.fullmatch(rb"iotcpd \d+\.\d+\.\d+\n", ended.stdout), ended.stdout


@pytest.mark.parametrize("words", [["-hv"], ["-vh"], ["-h", "-p", "0"], ["-v", "--num-daemons", "2"]])
def test_help_and_version_combine_with_each_other_and_anything(iotcpd_run, words):
    ended = iotcpd_run(*words)
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert b"iotcpd" in ended.stdout


# -- the command line --------------------------------------------------------------------------

def test_the_defaults_are_the_documented_ones(check):
    effective = check()
    assert {name: effective.get(name) for name in DEFAULTS} == DEFAULTS


@pytest.mark.parametrize("words", [
    ["--num-daemons", "8", "--ipv6", "::1", "--port", "1234"],
    ["--num-daemons=8", "--ipv6=::1", "--port=1234"], ["--num-d=8", "--ipv6=::1", "--por=1234"],
    ["-n", "8", "-I", "::1", "-p", "1234"], ["-n8", "-I::1", "-p1234"],
    ["-n4", "-I::1", "-p1234", "-n8"]])
def test_options_are_written_as_everywhere(check, words):
    effective = check(*words)
    assert (effective["num-daemons"], effective["ipv6"], effective["port"]) == ("8", "::1", "1234")
    assert "ipv4" not in effective or effective["ipv4"] == ""


@pytest.mark.parametrize("given, seconds", [
    ("3", 3), ("250ms", 0.25), ("1.5s", 1.5), ("2m", 120), ("1h", 3600), ("0.5", 0.5)])
def test_a_time_takes_units_and_a_bare_number_is_seconds(check, given, seconds):
    # Seen where it is used: drain-timeout is queue-timeout (500 ms) + busy-timeout + 1 s.
    number, unit = re.fullmatch(r"([0-9.]+)(ms|s|m|h)", check("-b", given)["drain-timeout"]).groups()
    assert float(number) * {"ms": 0.001, "s": 1, "m": 60, "h": 3600}[unit] == pytest.approx(seconds + 1.5)


def test_the_drain_timeout_follows_from_the_others_unless_it_is_given(check):
    assert check("-b", "3", "--queue-timeout", "2s")["drain-timeout"] == "6s"
    assert check("-b", "3", "--drain-timeout", "100ms")["drain-timeout"] == "100ms"


# -- the file ----------------------------------------------------------------------------------

def words_of(settings):
    return [word for name, value in settings.items()
            for one in (value if isinstance(value, list) else [value]) for word in (f"--{name}", one)]


def test_what_check_config_prints_is_a_file_that_says_the_same(iotcpd_run, tmp_path):
    printed = iotcpd_run("--check-config", *words_of(NASTY))
    assert printed.returncode == 0, printed
    path = tmp_path / "iotcpd.conf"
    path.write_bytes(printed.stdout)
    again = iotcpd_run("--check-config", "--config", path)
    assert (again.returncode, again.stderr, again.stdout) == (0, b"", printed.stdout)


def test_a_printed_file_makes_the_same_service(iotcpd, iotcpd_run, tmp_path):
    awk = r"""awk '{ if ($0 == "die") exit 1; print "a\\b ${HOME}, " ARGV[1] ":" $0; fflush() }' -"""
    error_reply = f" {NASTY['error-reply']}\r"
    settings = {"daemon": awk, "error-reply": error_reply, "num-daemons": "1", "port": "0"}
    path = tmp_path / "iotcpd.conf"
    path.write_bytes(iotcpd_run("--check-config", *words_of(settings)).stdout)
    server = iotcpd(None, None, listen=(), options={"config": path}).expect_log(*DIED)
    assert server.ask(b"hello\n") == b"a\\b ${HOME}, -:hello\n"
    assert server.ask(b"die\n") == error_reply.encode() + b"\n"


def test_the_keys_of_the_file_are_the_long_names_and_the_command_line_wins(check, tmp_path):
    path = tmp_path / "iotcpd.conf"
    path.write_text("# a comment\nnum-daemons = 7\nbusy-timeout=3\n\nerror-reply = from the file\n"
                    "allow = 10.0.0.0/8, fd00::/8\n")
    effective = check("--config", path, "--error-reply", "from the command line", "-n", "9")
    assert effective["num-daemons"] == "9"
    assert effective["drain-timeout"] == "4.5s"  # busy-timeout is that of the file
    assert effective["error-reply"] == "from the command line"
    assert [one.strip() for one in effective["allow"].split(",")] == ["10.0.0.0/8", "fd00::/8"]
    assert check("--config", path)["error-reply"] == "from the file"


def test_addresses_in_the_file_replace_the_default_listener(check, tmp_path):
    path = tmp_path / "iotcpd.conf"
    path.write_text("ipv6 = ::1\n")
    effective = check("--config", path)
    assert effective["ipv6"] == "::1" and effective.get("ipv4", "") == ""


@pytest.fixture
def waits_for_fifo(iotcpd_binary, tmp_path):
    """A --check-config that waits for somebody to write its configuration, and that file."""
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    words = [*iotcpd_binary, "--check-config", "--config", str(fifo)]
    with subprocess.Popen(["env", "--ignore-signal=INT", *words], stdout=subprocess.PIPE) as program:
        eventually(lambda: proc.command_line(program.pid) == words and proc.state(program.pid) == "S",
                   what="a program that waits")
        yield program, fifo
        program.kill()


def test_a_file_that_is_a_pipe_is_read_to_its_end(waits_for_fifo):
    program, fifo = waits_for_fifo
    with open(fifo, "w", buffering=1) as writer:
        for line in ("num-daemons = 7\n", "port = 1234\n"):
            writer.write(line)
    printed = program.communicate(timeout=scaled(5))[0]
    assert program.returncode == 0
    assert b"num-daemons = 7\n" in printed and b"port = 1234\n" in printed


@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM])
def test_a_start_that_waits_for_its_file_can_be_ended(waits_for_fifo, signal_number):
    program, _ = waits_for_fifo
    program.send_signal(signal_number)
    assert program.wait(timeout=scaled(5)) == -signal_number


def test_check_config_binds_and_starts_nothing(iotcpd, check):
    server = iotcpd("cat", 1)
    assert check("-d", "/nonexistent/daemon", "-p", server.port)["port"] == str(server.port)


# -- listeners ---------------------------------------------------------------------------------

def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
        return True
    except OSError:
        return False


def test_without_an_address_it_listens_on_the_ipv4_loopback_alone(iotcpd):
    server = iotcpd("cat", 1, listen=("-p", "0"))
    assert server.addresses == [f"127.0.0.1:{server.port}"]


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no ::1 to listen on")
def test_all_addresses_share_one_port_and_announce_it(iotcpd):
    server = iotcpd("cat", 1, "-I::1", listen=("-i", "127.0.0.1", "-i", "127.0.0.2", "-p0"))
    port = server.port
    assert set(server.addresses) == {f"127.0.0.1:{port}", f"127.0.0.2:{port}", f"[::1]:{port}"}
    for host in ("127.0.0.1", "127.0.0.2", "::1"):
        assert LineClient((host, port)).ask(b"here?\n") == b"here?\n"


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no ::1 to listen on")
def test_an_ipv6_address_alone_leaves_ipv4_out(iotcpd):
    server = iotcpd("cat", 1, listen=("-I::1", "-p", "0"))
    assert server.addresses == [f"[::1]:{server.port}"]
    with pytest.raises(ConnectionRefusedError):
        LineClient(("127.0.0.1", server.port)).connect()


def test_a_unix_socket_alone_leaves_tcp_out_and_replaces_a_stale_one(iotcpd, tmp_path):
    path = tmp_path / "socket"
    with socket.socket(socket.AF_UNIX) as stale:
        stale.bind(str(path))
    server = iotcpd("cat", 1, listen=("--unix", str(path), "--unix-mode", "0600"))
    assert LineClient(str(path)).ask(b"here?\n") == b"here?\n"
    assert path.stat().st_mode & 0o777 == 0o600
    assert "127.0.0.1" not in server.stdout.text()
    server.stop()
    assert not path.exists()


# -- the daemon's words ------------------------------------------------------------------------

def test_the_daemon_command_is_split_as_a_shell_splits_and_no_shell_runs(iotcpd):
    command = r"""sh -c 'while read -r line; do printf "<%s>" "$@"; echo; done' sh "two  words" """ \
              r"""back\ slash '$HOME' "*" "" 'don'"'"'t' "a\"b" ~ ;"""
    server = iotcpd(command, 1)
    assert server.ask(b"words?\n") == b"""<two  words><back slash><$HOME><*><><don't><a"b><~><;>\n"""
    (pid,) = server.daemon_pids()
    assert proc.command_line(pid)[0] == "sh" and proc.parent(pid) == server.pid


# -- the log -----------------------------------------------------------------------------------

def die_once(server):
    proc.kill_quietly(server.daemon_pids()[0])
    server.wait_stats(lambda stats: stats["daemon deaths"] == 1 and stats["daemon S_AVAILABLE"] == 1)
    return server.expect_log("killed by signal 9")


def test_log_lines_in_json_parse(iotcpd):
    server = die_once(iotcpd("cat", 1, options={"log_format": "json", "log_level": "debug"}))
    server.wait_log("incarnation 2")
    entries = [json.loads(line) for line in server.log_lines()]
    assert {"debug", "warning"} <= {entry["level"] for entry in entries}
    assert any("killed by signal 9 after 0 requests" in str(entry) for entry in entries)


@pytest.mark.parametrize("level, shown, hidden", [
    ("debug", ["started, incarnation 2", "killed by signal 9"], []),
    ("information", ["killed by signal 9"], ["started, incarnation"]),
    ("warning", ["killed by signal 9"], ["started, incarnation", " notice "]),
    ("error", [], ["started, incarnation", "killed by signal 9"])])
def test_the_log_level_hides_what_is_less_important(iotcpd, level, shown, hidden):
    server = die_once(iotcpd("cat", 1, options={"log_level": level}))
    for pattern in shown:
        server.wait_log(pattern)
    server.stop()
    assert not [pattern for pattern in hidden if server.log_contains(pattern)]


def test_at_the_default_level_nothing_is_logged_per_request(iotcpd):
    server = iotcpd("cat", 1)
    before = len(server.log_lines())
    for _ in range(20):
        server.ask(b"request\n")
    server.stats()
    assert len(server.log_lines()) == before


def test_a_log_file_takes_the_place_of_stderr(iotcpd, tmp_path):
    path = tmp_path / "iotcpd.log"
    server = die_once(iotcpd("cat", 1, options={"log_file": path}))
    eventually(lambda: "killed by signal 9" in path.read_text(), what="the line in the file")
    assert server.log_text() == ""
    assert os.stat(path).st_mode & 0o022 == 0
