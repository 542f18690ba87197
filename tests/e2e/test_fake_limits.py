"""What a fake daemon keeps in memory and spends on time has an end, whatever is asked of it."""

import os
import subprocess
import time

import pytest

from pytest_iotcpd import eventually, proc, scaled

SMALL_KIB = 16 * 1024


@pytest.fixture
def is_small(fake_daemon_binary):
    """An address sanitizer multiplies memory: there only the behaviour is tested."""
    if proc.is_sanitized(fake_daemon_binary):
        return lambda daemon: True
    return lambda daemon: proc.rss_kib(daemon.pid) < SMALL_KIB


def write_while_taken(daemon, piece, patience=0.5, most=64 << 20):
    """Writes until nothing has been taken for so long; how many bytes were."""
    os.set_blocking(daemon.process.stdin.fileno(), False)
    taken, deadline = 0, time.monotonic() + scaled(patience)
    while time.monotonic() < deadline and taken < most:
        count = daemon.process.stdin.write(piece)
        if count:
            taken, deadline = taken + count, time.monotonic() + scaled(patience)
    os.set_blocking(daemon.process.stdin.fileno(), True)
    return taken


# -- a wrapped program ------------------------------------------------------------------------


def test_a_wrapped_program_that_does_not_read_holds_up_whoever_writes(fake_daemon, is_small):
    daemon = fake_daemon(wrap=["sleep", "60"], journal="/dev/null", control=None)
    taken = write_while_taken(daemon, b"x" * 65535 + b"\n")
    assert 128 << 10 < taken < 1 << 20
    assert is_small(daemon)


def test_a_wrapped_program_that_reads_again_gets_all(fake_daemon):
    daemon = fake_daemon(wrap=["sh", "-c", "read x; exec wc -c"], journal=None, control=None)
    lines = b"one\n" + b"x" * 99 + b"\n" + b"y" * 9_999_999 + b"\n"
    started = time.monotonic()
    out, _, code = fake_daemon_finish(daemon, lines)
    assert (out, code) == (b"10000100\n", 0)
    assert time.monotonic() - started < scaled(5)


def fake_daemon_finish(daemon, data):
    out, err = daemon.process.communicate(data, timeout=scaled(30))
    return out, err, daemon.process.returncode


def test_a_wrapped_program_that_closes_its_stdout_closes_ours(fake_daemon):
    daemon = fake_daemon(wrap=["sh", "-c", "read x; echo $x; exec >&-; read y; exit 5"],
                         fault="before-reply = sleep(50ms)", control=None)
    assert daemon.ask(b"one\n") == b"one\n"
    assert daemon.read_line() == b""
    assert daemon.process.poll() is None
    assert daemon.write(b"two\n").wait() == 5


def test_a_wrapped_program_that_closes_its_stdin_closes_ours(fake_daemon):
    script = "exec <&-; echo closed; exec sleep 60"
    daemon = fake_daemon(wrap=["sh", "-c", script], control=None)
    assert daemon.read_line() == b"closed\n"

    def is_refused():
        try:
            daemon.write(b"one\n")
        except BrokenPipeError:
            return True
        return False

    eventually(is_refused, 5)
    assert daemon.process.poll() is None


@pytest.mark.parametrize("size, answered", [(16 << 20, True), ((16 << 20) + 1, False)])
def test_a_line_of_a_wrapped_program_that_is_too_long_is_the_end(fake_daemon, size, answered):
    script = f"read x; head -c {size - 1} /dev/zero; echo; echo next; exec cat"
    daemon = fake_daemon(wrap=["sh", "-c", script], control=None)
    out, err, code = fake_daemon_finish(daemon, b"one\n")
    if answered:
        assert (len(out), out[-5:], code) == (size + 5, b"next\n", 0)
    else:
        assert (out, code) == (b"", 74)
        assert b"longer than 16MiB" in err and err.count(b"\n") == 1


def test_long_lines_of_a_wrapped_program_wait_in_its_pipe(fake_daemon, is_small):
    script = "read x; while :; do head -c 1000000 /dev/zero; echo; done"
    daemon = fake_daemon(wrap=["sh", "-c", script], fault="before-reply = hold(g)")
    daemon.write(b"one\n").wait_held("g")
    time.sleep(0.5)  # nothing may come of it: there is no event to wait for
    assert is_small(daemon)


# -- regular expressions ----------------------------------------------------------------------


def patterns_run(binary, tmp_path, patterns, request=b"http://a 1/1 - GET\n"):
    file = tmp_path / "patterns"
    file.write_bytes(patterns)
    return subprocess.run([binary, "--personality", "squidguard", "--patterns", file], input=request,
                          capture_output=True, timeout=scaled(10), check=False)


def test_a_pattern_of_a_file_is_no_longer_than_another(fake_daemon_binary, tmp_path):
    deep = b"(" * 499 + b"aa" + b")" * 499
    done = patterns_run(fake_daemon_binary, tmp_path, deep + b" http://x\n")
    assert (done.stdout, done.returncode) == (b"ERR\n", 0)
    done = patterns_run(fake_daemon_binary, tmp_path, b"(" + deep + b") http://x\n")
    assert (done.stdout, done.returncode) == (b"", 64)
    assert b"line 1" in done.stderr and b"longer than 1000 bytes" in done.stderr


def test_lines_of_a_patterns_file_may_end_as_those_of_dos(fake_daemon_binary, tmp_path):
    done = patterns_run(fake_daemon_binary, tmp_path, b"^http://a$\r\n^http://b http://x\r\n",
                        b"http://a 1/1 - GET\nhttp://b 1/1 - GET\n")
    assert done.stdout == (b'OK status=302 url="http://foo.bar?found=http://a"\n'
                           b'OK status=302 url="http://x"\n')


def test_a_pattern_looks_at_the_beginning_of_a_long_request(fake_daemon):
    daemon = fake_daemon(fault=["after-read = match(/z/) drop", "after-read = match(/x.*y/) drop"])
    started = time.monotonic()
    long = b"x" * 65535 + b"\n"
    assert daemon.ask(long) == long
    assert time.monotonic() - started < scaled(2)
    beyond = b"x" * 4096 + b"z\n"
    assert daemon.ask(beyond) == beyond
    assert daemon.write(b"x" * 4095 + b"z\n").ask(b"next\n") == b"next\n"
