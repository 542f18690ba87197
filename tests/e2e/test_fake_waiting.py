"""How the fake daemon waits for requests, and that SIGTERM finds it however it does."""

import contextlib
import fcntl
import os
import platform
import signal
import subprocess
import sys
import termios

import pytest

from pytest_iotcpd import eventually, proc, scaled

READ, PPOLL, SIGTIMEDWAIT = 0, 271, 128  # numbers of system calls on x86_64
WITH_THINGS_TO_DO_UPON_TERM = {
    "journal": ["--journal", "journal"],
    "control": ["--control", "control"],
    "faults": ["--fault", "after-read = after(99) exit(3)"],
    "obedience": ["--obey-requests"],
}


@pytest.fixture
def start(fake_daemon_binary, tmp_path):
    """start(*words, before=(), **settings) -> Popen, with pipes for what is not in `settings`"""
    with contextlib.ExitStack() as running:
        def start(*words, before=(), **settings):
            settings = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, **settings}
            process = subprocess.Popen([*before, fake_daemon_binary, *words], cwd=tmp_path, bufsize=0,
                                       **settings)
            running.enter_context(process)
            running.callback(process.kill)
            return process

        yield start


def waits_in(pid, number):
    with open(f"/proc/{pid}/syscall") as file:
        return file.read().split()[0] == str(number)


def unread(pipe):
    count = bytearray(4)
    fcntl.ioctl(pipe, termios.FIONREAD, count)
    return int.from_bytes(count, sys.byteorder)


def ask(process, line):
    process.stdin.write(line)
    return process.stdout.readline()


needs_system_calls = pytest.mark.skipif(
    platform.machine() != "x86_64" or not os.access("/proc/self/syscall", os.R_OK),
    reason="what a process waits in is not to be seen here")


@needs_system_calls
@pytest.mark.parametrize("words", [[], ["--latency", "1ms"], ["--personality", "squid-channel"]],
                         ids=" ".join)
def test_with_nothing_else_to_wait_for_it_waits_in_its_read(start, words):
    process = start(*words)
    for _ in range(2):
        eventually(lambda: waits_in(process.pid, READ))
        assert ask(process, b"1 one\n") == b"1 one\n"


@needs_system_calls
@pytest.mark.parametrize("words", WITH_THINGS_TO_DO_UPON_TERM.values(),
                         ids=WITH_THINGS_TO_DO_UPON_TERM.keys())
def test_with_something_to_do_upon_term_it_polls(start, words):
    process = start(*words)
    assert ask(process, b"one\n") == b"one\n"
    eventually(lambda: waits_in(process.pid, PPOLL))


@needs_system_calls
@pytest.mark.parametrize("words", [[], WITH_THINGS_TO_DO_UPON_TERM["journal"]], ids=" ".join)
def test_at_work_it_sleeps_and_only_term_wakes_it(start, words):
    process = start("--latency", "1h", *words)
    process.stdin.write(b"one\n")
    eventually(lambda: waits_in(process.pid, SIGTIMEDWAIT))
    process.send_signal(signal.SIGTERM)
    assert process.wait(scaled(5)) == -signal.SIGTERM


@needs_system_calls
def test_a_stdin_that_does_not_wait_is_polled(start):
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    process = start(stdin=reader)
    for _ in range(2):
        eventually(lambda: waits_in(process.pid, PPOLL))
        os.write(writer, b"one\n")
        assert process.stdout.readline() == b"one\n"
    os.close(writer)
    os.close(reader)
    assert process.wait(scaled(5)) == 0


@pytest.mark.parametrize("words", [[], *WITH_THINGS_TO_DO_UPON_TERM.values()], ids=" ".join)
@pytest.mark.parametrize("latency", ["0", "1h"])
def test_term_ends_it_waiting_and_at_work(start, words, latency):
    process = start("--latency", latency, *words)
    process.stdin.write(b"one\n")
    if latency == "0":
        assert process.stdout.readline() == b"one\n"
    process.send_signal(signal.SIGTERM)
    assert process.wait(scaled(5)) == -signal.SIGTERM


def test_term_ends_it_with_a_stdout_that_takes_nothing(start):
    process = start()
    os.set_blocking(process.stdin.fileno(), False)
    eventually(lambda: process.stdin.write(b"x" * 60_000 + b"\n") is None)
    process.send_signal(signal.SIGTERM)
    assert process.wait(scaled(5)) == -signal.SIGTERM


@pytest.mark.parametrize("words", [[], ["--journal", "journal"]], ids=" ".join)
def test_term_ends_the_first_process_of_a_namespace(start, words):
    unshare = ["unshare", "--user", "--map-root-user", "--pid", "--fork"]
    if subprocess.run([*unshare, "true"], check=False, capture_output=True).returncode != 0:
        pytest.skip("no PID namespaces here")
    outer = start(*words, before=unshare)
    assert ask(outer, b"one\n") == b"one\n"
    os.kill(*proc.children(outer.pid), signal.SIGTERM)
    assert outer.wait(scaled(5)) == 128 + signal.SIGTERM


def test_term_ends_it_whatever_it_is_doing(start):
    for _ in range(20):
        process = start()
        for pipe in (process.stdin, process.stdout):
            os.set_blocking(pipe.fileno(), False)

        def flood(process=process):
            process.stdin.write(b"x\n" * 2000)
            return len(process.stdout.read(65536) or b"")

        eventually(flood)
        process.send_signal(signal.SIGTERM)
        eventually(lambda: process.poll() is not None or not flood())
        assert process.wait(scaled(5)) == -signal.SIGTERM


def test_what_it_has_read_is_answered_before_term_ends_it(start):
    requests = b"x\n" * 20_000
    for _ in range(5):
        reader, writer = os.pipe()
        process = start(stdin=reader)
        os.write(writer, requests)
        eventually(lambda reader=reader: unread(reader) == 0)
        process.send_signal(signal.SIGTERM)
        assert process.stdout.read() == requests
        assert process.wait(scaled(5)) == -signal.SIGTERM
        os.close(reader)
        os.close(writer)


@needs_system_calls
@pytest.mark.parametrize("words", [[], ["--personality", "squid-channel"], ["--journal", "journal"]],
                         ids=" ".join)
def test_a_request_that_comes_before_term_while_it_waits_is_answered(start, words):
    number = PPOLL if "--journal" in words else READ
    for _ in range(20):
        process = start(*words)
        eventually(lambda process=process: waits_in(process.pid, number))
        process.stdin.write(b"1 one\n")
        process.send_signal(signal.SIGTERM)
        assert process.stdout.read() == b"1 one\n"
        assert process.wait(scaled(5)) == -signal.SIGTERM


@needs_system_calls
def test_what_stdout_has_room_for_is_written_before_term_ends_it(start):
    reply = b"y" * 40_000 + b"\n"
    for _ in range(20):
        process = start("--personality", "fixed", "--template", reply[:-1])
        process.stdin.write(b"x\n" * 2)
        eventually(lambda process=process: unread(process.stdout) > len(reply))
        eventually(lambda process=process: waits_in(process.pid, PPOLL))
        written = os.read(process.stdout.fileno(), 65536)
        process.send_signal(signal.SIGTERM)
        assert written + process.stdout.read() == reply * 2
        assert process.wait(scaled(5)) == -signal.SIGTERM


@needs_system_calls
@pytest.mark.parametrize("words", [[], ["--latency", "1h"], ["--journal", "journal"]], ids=" ".join)
def test_children_of_whom_it_was_before_are_reaped(start, words, tmp_path):
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    process = start(*words, before=["sh", "-c", 'read line <fifo & exec "$@"', "sh"])
    if "--latency" in words:
        process.stdin.write(b"one\n")
    waits = {"": READ, "--latency": SIGTIMEDWAIT, "--journal": PPOLL}["".join(words[:1])]
    eventually(lambda: waits_in(process.pid, waits))
    assert len(proc.children(process.pid)) == 1
    with open(fifo, "w"):
        pass
    eventually(lambda: not proc.children(process.pid))


@needs_system_calls
def test_a_terminal_is_polled(start):
    controller, terminal = os.openpty()
    process = start(stdin=terminal)
    os.close(terminal)
    for _ in range(2):
        eventually(lambda: waits_in(process.pid, PPOLL))
        os.write(controller, b"one\n")
        assert process.stdout.readline() == b"one\n"
    os.write(controller, b"\x04")
    assert process.wait(scaled(5)) == 0
    os.close(controller)
