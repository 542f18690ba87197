"""The control socket of a fake daemon, and `ctl`: what they promise when something else goes wrong."""

import os
import signal
import socket
import subprocess

import pytest

from pytest_iotcpd import eventually, scaled
from pytest_iotcpd.fake_daemon import ControlRefused, control


@pytest.fixture
def ctl(fake_daemon_binary):
    def run(*words):
        return subprocess.run([fake_daemon_binary, "ctl", *words], capture_output=True, text=True,
                              timeout=scaled(20), check=False)

    return run


@pytest.fixture
def stopped(fake_daemon):
    """A daemon that is there and does nothing, until the test is over."""
    daemon = fake_daemon()
    (path,) = daemon.sockets()
    daemon.process.send_signal(signal.SIGSTOP)
    yield path
    daemon.process.send_signal(signal.SIGCONT)


# -- ctl --------------------------------------------------------------------------------------


def test_who_does_not_answer_is_passed_over_and_named(ctl, fake_daemon, stopped):
    (path,) = fake_daemon().sockets()
    done = ctl("--timeout", "300ms", stopped, path, "--", "faults")
    assert (done.returncode, done.stdout) == (69, f"{path}: ok []\n")
    assert done.stderr == f"iotcpd-fake-daemon ctl: '{stopped}': no answer within 300ms\n"


def test_an_answer_is_printed_before_the_next_one_is_waited_for(fake_daemon_binary, fake_daemon, stopped):
    (path,) = fake_daemon().sockets()
    with subprocess.Popen([fake_daemon_binary, "ctl", "--timeout=20s", path, stopped, "--", "faults"],
                          stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == f"{path}: ok []\n".encode()
        assert process.poll() is None
        process.kill()


def test_a_command_has_five_seconds_unless_it_says_otherwise(ctl, stopped):
    done = ctl(stopped, "--", "faults")
    assert done.returncode == 69 and "no answer within 5s" in done.stderr


def test_an_await_waits_as_long_as_it_takes(ctl, fake_daemon):
    daemon = fake_daemon(fault="before-reply = hold(g)")
    (path,) = daemon.sockets()
    assert ctl("--timeout", "200ms", path, "--", "await g").returncode == 69
    daemon.write(b"one\n")
    assert ctl(path, "--", "await g").stdout == "ok\n"


@pytest.mark.parametrize("words", [["--timeout"], ["--timeout", "0s"], ["--timeout", "x"],
                                   ["--timeout=25h"], ["--timeoutx=5s"]])
def test_a_wrong_timeout_is_refused(ctl, words):
    done = ctl(*words, "path", "--", "faults")
    assert done.returncode == 64 and done.stderr.count("\n") == 1


@pytest.mark.parametrize("command", ["release g", "release g 1", "reset"])
def test_a_command_that_leads_to_the_end_is_answered(ctl, fake_daemon, command):
    daemon = fake_daemon(fault=["after-read = hold(g)", "after-read = exit(7)"])
    daemon.write(b"one\n").wait_held("g")
    (path,) = daemon.sockets()
    done = ctl(path, "--", command)
    assert (done.returncode, done.stdout, done.stderr) == (0, "ok\n", "")
    assert daemon.wait() == 7


# -- gates ------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["release a.b", "release " + 65 * "g", "await a,b", "hold (g)",
                                     "release g 1000000001"])
def test_a_gate_that_no_hold_can_name_is_refused(fake_daemon, command):
    daemon = fake_daemon()
    with pytest.raises(ControlRefused):
        daemon.control(command)


def test_gates_are_known_up_to_a_number_and_forgotten_when_they_are_closed(fake_daemon):
    (path,) = fake_daemon().sockets()
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(path)
        client.settimeout(scaled(10))
        answers = client.makefile("rb")

        def ask(command):
            client.sendall(command.encode() + b"\n")
            return answers.readline()

        for number in range(2000):
            assert ask(f"release g{number}") == b"ok\n"
            assert ask(f"hold g{number}") == b"ok\n"
        for number in range(1000):
            assert ask(f"release g{number}") == b"ok\n"
        assert ask("release another") == b"error there are too many gates already\n"
        assert ask("hold g0") == ask("release another") == b"ok\n"


# -- faults and counters ----------------------------------------------------------------------


def test_a_fault_at_startup_comes_too_late_at_run_time(fake_daemon):
    daemon = fake_daemon()
    with pytest.raises(ControlRefused, match="startup is over"):
        daemon.control("fault startup = exit(1)")


def test_a_reset_counts_the_requests_that_are_under_way(fake_daemon):
    daemon = fake_daemon(fault="before-reply = hold(g)")
    daemon.write(b"one\n").wait_held("g")
    daemon.control("reset")
    assert daemon.read_line() == b"one\n"
    counters = daemon.counters()[daemon.pid]
    assert (counters["received"], counters["replied"]) == (1, 1)


def test_a_reset_forgets_the_lines_that_the_journal_lost(fake_daemon):
    daemon = fake_daemon(journal="/dev/full", control=None)
    assert daemon.finish()[2] == 0
    daemon = fake_daemon("--journal", "/dev/full", journal=None, control="control")
    assert daemon.ask(b"one\n") == b"one\n"
    path = os.path.join(os.path.dirname(daemon.journal_path), "control")
    assert control(path, "counters")["journal_lost"] > 0
    control(path, "reset")
    assert control(path, "counters")["journal_lost"] == 0


# -- the socket's file ------------------------------------------------------------------------


def test_a_wrapper_that_cannot_start_leaves_no_socket(fake_daemon_binary, tmp_path):
    path = tmp_path / "control"
    done = subprocess.run([fake_daemon_binary, "--control", path, "--wrap", "--", "/nonexistent"],
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=scaled(10), check=False)
    assert done.returncode == 69 and not path.exists()


def test_the_socket_of_another_process_is_left_alone(fake_daemon, tmp_path):
    path = str(tmp_path / "control")
    first = fake_daemon(control=path)
    first.wait_journal("start")
    os.unlink(path)
    second = fake_daemon(control=path)
    second.wait_journal("start")
    first.finish()
    assert control(path, "counters")["pid"] == second.pid
    second.finish()
    eventually(lambda: not os.path.exists(path), 5)
