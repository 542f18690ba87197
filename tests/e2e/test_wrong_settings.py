"""Every wrong setting: one line that names it and what is accepted, and the documented exit code."""

import ctypes
import os
import re

import pytest

USAGE, CONFIG = 64, 78

#: option: (what its line must say about what is accepted, wrong values)
WRONG = {
    "ipv4": ("IPv4", ["::1", "300.1.1.1", "127.0.0", "somewhere", ""]),
    "ipv6": ("IPv6", ["127.0.0.1", "::zz", ""]),
    "port": ("65535", ["-1", "65536", "http", "80x", "1.5", "0x50", "99999999999999999999"]),
    "unix": ("107 bytes", ["", "/" + "x" * 108]),
    "unix-mode": ("octal", ["888", "rw", "01777", "-1"]),
    "threads": ("1 to 64", ["0", "-1", "65", "all", "1.5"]),
    "backlog": ("1 to 65535", ["0", "65536", "many", "-5"]),
    "daemon": ("command", ["", "   ", "cat 'unterminated", 'cat "unterminated', "cat \\"]),
    "num-daemons": ("1 to 4096", ["0", "-1", "4097", "four", "2.5", "8 "]),
    "busy-timeout": ("1ms to 1h", ["0", "-1", "0s", "61m", "5parsecs", "1 s", "s", "", "1e3", "1.5.2"]),
    "alarm-interval": ("1ms to 1h", ["0", "-2", "2h", "soon"]),
    "concurrency": ("0 to 4096", ["-1", "4097", "many", "1.5"]),
    "settle": ("1m", ["61s", "-1ms", "later"]),
    "recycle-after": ("1000000000", ["-1", "1000000001", "often"]),
    "recycle-age": ("100ms", ["99ms", "8761h", "old"]),
    "probe": ("line", ["two\nlines", ""]),
    "probe-expect": ("regular expression", ["(", "[a-", "a{2,1}"]),
    "max-reply": ("64MiB", ["0", "65MiB", "1.0001KiB", "huge", "-1"]),
    "max-request": ("16MiB", ["0", "1", "17MiB", "4parsecs"]),
    "client-timeout": ("1ms to 1h", ["0", "2h", "never"]),
    "max-clients": ("1000000", ["0", "1000001", "all"]),
    "max-clients-per-source": ("unlimited", ["0", "1000001", "none"]),
    "allow": ("network", ["10.0.0.0/33", "10.0.0.1/8", "fd00::/129", "everybody", "10.0.0.0/", ""]),
    "queue-size": ("1000000", ["-1", "1000001", "long"]),
    "queue-timeout": ("1ms to 1h", ["0", "2h", "never", "500 ms"]),
    "error-reply": ("line", ["two\nlines", "x" * 1025]),
    "drain-timeout": ("1h", ["-1", "2h", "never"]),
    "max-pipeline": ("1 to 65536", ["0", "-1", "65537", "all", ""]),
    "idle-timeout": ("1ms to 24h", ["0", "-1", "25h", "never", "60 s"]),
    "log-level": ("debug", ["loud", "", "informational", "7"]),
    "log-format": ("json", ["xml", "", "JSONL"]),
    "log-file": ("opened", ["/nonexistent/folder/log", "/"]),
    "stats-file": ("", ["/nonexistent/folder/stats"]),
    "trace": ("opened", ["/nonexistent/folder/trace", "/"]),
}
CASES = [pytest.param(option, accepted, value, id=f"{option}={value[:20]!r}")
         for option, (accepted, values) in WRONG.items() for value in values]
PATHS = ("log-file", "stats-file", "trace")
LISTS = ("ipv4", "ipv6", "allow")


def fits_in_a_file(option, value):
    """There a value ends with its line, blanks around it do not count, and a list may be empty."""
    return not re.search(r"[\n\\]", value) and value == value.strip() and (value or option not in LISTS)


FILE_CASES = [case for case in CASES if fits_in_a_file(case.values[0], case.values[2])]


def only_line(ended, code):
    assert ended.returncode == code, ended
    assert ended.stdout == b"", ended.stdout
    text = ended.stderr.decode()
    assert text.endswith("\n") and text.count("\n") == 1, text
    return text


def assert_names(line, option, accepted, value):
    """The option, what is accepted, and the value: cut when it is long, escaped when it must be."""
    assert option in line and accepted in line, line
    assert value.partition("\n")[0][:20] in line, line


def start_words(option):
    """What a file is good for shows when it is opened, which --check-config does not do."""
    return ["-d", "cat", "-p", "0"] if option in PATHS else ["--check-config"]


@pytest.mark.parametrize("option, accepted, value", CASES)
def test_on_the_command_line(iotcpd_run, option, accepted, value):
    ended = iotcpd_run(*start_words(option), f"--{option}={value}", within=3)
    assert_names(only_line(ended, USAGE), option, accepted, value)


@pytest.mark.parametrize("option, accepted, value", FILE_CASES)
def test_in_the_file(iotcpd_run, tmp_path, option, accepted, value):
    path = tmp_path / "iotcpd.conf"
    path.write_text(f"{option} = {value}\n")
    ended = iotcpd_run(*start_words(option), "--config", path, within=3)
    assert_names(only_line(ended, CONFIG), option, accepted, value)


def test_every_option_with_a_value_is_among_these_cases(iotcpd_run):
    help_text = iotcpd_run("--help").stdout.decode()
    options = set(re.findall(r"--([a-z0-9-]+)[ =]<?[A-Z]", help_text))
    assert len(options) > 25
    assert options - {"config"} == set(WRONG)


@pytest.mark.parametrize("words, named", [
    (["-p", "http"], "http"), (["-phttp"], "http"), (["-n0"], "num-daemons"),
    (["-b", "x"], "busy-timeout"), (["-a", "x"], "alarm-interval"), (["-i", "::1"], "::1"),
    (["-I", "1.2.3.4"], "1.2.3.4"), (["-d", ""], "daemon")])
def test_short_options_are_refused_the_same_way(iotcpd_run, words, named):
    assert named in only_line(iotcpd_run(*words, "--check-config"), USAGE)


def test_resting_daemons_and_several_requests_at_a_time_exclude_each_other(iotcpd_run, tmp_path):
    path = tmp_path / "iotcpd.conf"
    path.write_text("concurrency = 4\nsettle = 1s\n")
    for words, code in [(("--concurrency=4", "--settle=1s"), USAGE), (("--config", path), CONFIG)]:
        line = only_line(iotcpd_run("-d", "cat", *words, "--check-config"), code)
        assert "settle" in line and "--concurrency" in line, line
    assert iotcpd_run("-d", "cat", "--concurrency=0", "--settle=1s", "--check-config").returncode == 0


def test_a_wrong_setting_stops_the_start_itself(iotcpd_run):
    assert "num-daemons" in only_line(iotcpd_run("-d", "cat", "-p", "0", "-n", "none"), USAGE)


@pytest.mark.parametrize("wrong, meant", [
    ("--num-demons=3", "--num-daemons"), ("--queue_size=3", "--queue-size"), ("--deamon=cat", "--daemon"),
    ("--busytimeout=3", "--busy-timeout")])
def test_an_unknown_option_is_named_with_what_may_have_been_meant(iotcpd_run, wrong, meant):
    line = only_line(iotcpd_run(wrong, "--check-config"), USAGE)
    assert wrong.partition("=")[0] in line and meant in line, line


@pytest.mark.parametrize("wrong", ["--no-resemblance-at-all", "-z", "--xyz=1"])
def test_an_unknown_option_without_resemblance_is_named(iotcpd_run, wrong):
    line = only_line(iotcpd_run(wrong, "--check-config"), USAGE)
    assert wrong.partition("=")[0].lstrip("-") in line, line


@pytest.mark.parametrize("words, named", [
    (["--num-daemons"], "num-daemons"), (["-n"], "n"), (["--check-config", "--port"], "port"),
    (["--help=yes"], "help"), (["--check-config=1"], "check-config"), (["--max=1"], "--max"),
    (["--check-config", "stray-word"], "stray-word"), (["--check-config", "--", "-n8"], "-n8")])
def test_incomplete_ambiguous_and_stray_words_are_named(iotcpd_run, words, named):
    assert named in only_line(iotcpd_run(*words), USAGE)


@pytest.mark.parametrize("key, meant", [("num-demons", "num-daemons"), ("daemon.command", ""), ("help", ""),
                                        ("config", ""), ("Port", "port")])
def test_an_unknown_key_in_the_file_is_named(iotcpd_run, tmp_path, key, meant):
    path = tmp_path / "iotcpd.conf"
    path.write_text(f"port = 0\n{key} = 3\n")
    line = only_line(iotcpd_run("--check-config", "--config", path), CONFIG)
    assert key in line and meant in line, line


def test_a_missing_file_is_named(iotcpd_run, tmp_path):
    line = only_line(iotcpd_run("--config", tmp_path / "missing.conf"), CONFIG)
    assert "missing.conf" in line, line


def give_up_the_rights_of_root():
    """In a child to be: whatever it executes may read only what its owner may."""
    bounding_set_drop, override, search = 24, 1, 2
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    for capability in (override, search):
        if os.geteuid() == 0 and prctl(bounding_set_drop, capability, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "prctl")


def test_a_file_that_may_not_be_read_is_named(iotcpd_run, tmp_path):
    path = tmp_path / "secret.conf"
    path.touch(mode=0)
    done = iotcpd_run("--config", path, preexec_fn=give_up_the_rights_of_root)
    assert "secret.conf" in only_line(done, CONFIG) and "Permission denied" in only_line(done, CONFIG)


def test_a_folder_is_no_configuration_file(iotcpd_run, tmp_path):
    assert str(tmp_path) in only_line(iotcpd_run("--config", tmp_path), CONFIG)


@pytest.mark.parametrize("target, why", [("/proc/self/mem", "Input/output error"), ("link", "symbolic links"),
                                         ("/dev/zero", "1048576 bytes")])
def test_a_file_that_gives_no_end_is_given_up(iotcpd_run, tmp_path, target, why):
    path = tmp_path / "link"
    path.symlink_to(target)
    line = only_line(iotcpd_run("--check-config", "--config", path, within=3), CONFIG)
    assert str(path) in line and why in line


@pytest.mark.parametrize("excess, code", [(0, 0), (1, CONFIG)])
def test_a_file_of_the_largest_size_is_read_and_a_larger_one_refused(iotcpd_run, tmp_path, excess, code):
    path = tmp_path / "iotcpd.conf"
    settings = "num-daemons = 7\n"
    path.write_text("#" * ((1 << 20) - len(settings) - 1 + excess) + "\n" + settings)
    ended = iotcpd_run("--check-config", "--config", path)
    assert ended.returncode == code
    assert (b"num-daemons = 7\n" in ended.stdout) == (code == 0)


def test_a_file_with_a_nul_byte_is_refused(iotcpd_run, tmp_path):
    path = tmp_path / "iotcpd.conf"
    path.write_bytes(b"unix = /tmp/a\0b\n")
    assert "NUL" in only_line(iotcpd_run("--check-config", "--config", path), CONFIG)


def test_a_wrong_value_in_the_file_is_wrong_though_the_command_line_overrides_others(iotcpd_run, tmp_path):
    path = tmp_path / "iotcpd.conf"
    path.write_text("num-daemons = none\nport = 1\n")
    line = only_line(iotcpd_run("--check-config", "--config", path, "--port", "2"), CONFIG)
    assert "num-daemons" in line and "none" in line


# -- addresses ---------------------------------------------------------------------------------

def test_a_second_instance_on_the_same_port_is_refused(iotcpd, iotcpd_run):
    first = iotcpd("cat", 1)
    line = only_line(iotcpd_run("-d", "cat", "-p", first.port), 69)
    assert f"127.0.0.1:{first.port}" in line and "Address already in use" in line
    assert first.ask(b"still here\n") == b"still here\n"


def test_an_address_of_somebody_else_is_named(iotcpd_run):
    line = only_line(iotcpd_run("-d", "cat", "-p", "0", "-i", "127.0.0.1", "-i", "192.0.2.1"), 69)
    assert "192.0.2.1" in line and "annot assign requested address" in line


def test_a_unix_socket_in_use_or_without_a_folder_is_named(iotcpd, iotcpd_run, tmp_path):
    path = tmp_path / "socket"
    first = iotcpd("cat", 1, listen=("--unix", str(path)), wait_ready=True)
    assert str(path) in only_line(iotcpd_run("-d", "cat", "--unix", path), 69)
    assert first.running and path.exists()
    missing = tmp_path / "missing" / "socket"
    assert str(missing) in only_line(iotcpd_run("-d", "cat", "--unix", missing), 69)


def test_a_plain_file_in_the_place_of_the_unix_socket_is_left_alone(iotcpd_run, tmp_path):
    path = tmp_path / "precious"
    path.write_text("data")
    assert str(path) in only_line(iotcpd_run("-d", "cat", "--unix", path), 69)
    assert path.read_text() == "data"
