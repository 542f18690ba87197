"""What a child that a fake daemon has left behind holds, and what it leaves free."""

import os
import signal

import pytest

from pytest_iotcpd import eventually, proc


@pytest.fixture
def lingering(fake_daemon):
    """lingering(**options): a daemon that has left a child behind, and the child's process id."""
    children = []

    def start(**options):
        daemon = fake_daemon(fault="after-reply = 1* linger-child(1m, session)", **options)
        assert daemon.ask(b"x\n") == b"x\n"
        children.append(daemon.wait_journal("child")[0]["child_pid"])
        eventually(lambda: set(proc.open_fds(children[-1])) <= {0, 1, 2},
                   what="a child that has no other descriptors than 0, 1 and 2")
        return daemon, children[-1]

    yield start
    for pid in children:
        proc.kill_quietly(pid)
        eventually(lambda pid=pid: proc.reap_quietly(pid) or not proc.alive(pid))


def test_it_holds_the_standard_descriptors_only(lingering):
    daemon, child = lingering()
    of_daemon = proc.open_fds(daemon.pid)
    assert proc.open_fds(child) == {fd: of_daemon[fd] for fd in (0, 1, 2)}


def test_its_session_is_its_own_before_anybody_hears_of_it(fake_daemon):
    for _ in range(20):
        daemon = fake_daemon(fault=["startup = linger-child(1m, session)", "startup = kill(KILL)"])
        daemon.wait()
        with pytest.raises(ProcessLookupError):
            os.killpg(daemon.pid, signal.SIGKILL)
        child = daemon.journal("child")[0]["child_pid"]
        assert proc.process_group(child) == child
        proc.kill_quietly(child)
        eventually(lambda pid=child: proc.reap_quietly(pid) or not proc.alive(pid))


def test_the_control_socket_of_who_was_killed_is_free(lingering, fake_daemon, tmp_path):
    daemon, _ = lingering(control=tmp_path / "control")
    daemon.process.kill()
    daemon.wait()
    assert fake_daemon(control=tmp_path / "control").ask(b"x\n") == b"x\n"


def test_the_end_of_input_reaches_a_wrapped_program(lingering):
    daemon, _ = lingering(wrap=["cat"])
    daemon.process.stdin.close()
    assert daemon.wait() == 0
