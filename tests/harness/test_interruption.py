"""A run that somebody ends: its programs end, too, and there is a report of what was done."""

import os
import signal
import subprocess
import sys

import pytest

from pytest_iotcpd import eventually, proc, scaled
from user_project import HARNESS

pytestmark = pytest.mark.timeout(200)

TESTS = '''
import pathlib
from pytest_iotcpd import eventually

def test_done():
    pass

def test_hangs(iotcpd):
    server = iotcpd("cat", 1)
    file = pathlib.Path(__file__).with_name("pids.new")
    file.write_text(" ".join(map(str, [server.pid, *server.daemon_pids()])))
    file.rename(file.with_name("pids"))
    eventually(lambda: False, 100)
'''


class Session:
    """pytest over TESTS, in a group of its own, come as far as the test that hangs."""

    def __init__(self, folder, binary, *words):
        self.folder = folder
        (folder / "test_it.py").write_text(TESTS)
        # Whoever runs us may have them ignored.
        self.process = subprocess.Popen(
            [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "pytest_iotcpd",
             "--iotcpd-report=report", f"--iotcpd-binary={binary}", *words], cwd=folder,
            env={**os.environ, "PYTHONPATH": str(HARNESS)}, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, process_group=0,
            preexec_fn=lambda: [signal.signal(number, signal.SIG_DFL)
                                for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)])
        try:
            eventually((folder / "pids").exists, 30, what="the test that hangs has begun")
        except AssertionError:
            self.kill()
            raise
        self.pids = [int(word) for word in (folder / "pids").read_text().split()]

    def wait(self):
        """What it said."""
        try:
            return self.process.communicate(timeout=scaled(60))[0]
        finally:
            self.kill()

    def kill(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@pytest.mark.parametrize("words", [[], ["-n2"]], ids=["alone", "workers"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda each: each.name)
def test_who_ends_the_run_ends_its_programs_and_has_a_report(tmp_path, iotcpd_binary, number, words):
    if words:
        pytest.importorskip("xdist")
    session = Session(tmp_path, iotcpd_binary[-1], *words)
    session.process.send_signal(number)
    said = session.wait()
    left = [pid for pid in session.pids if proc.alive(pid)]
    for pid in left:
        proc.kill_quietly(pid)
    assert not left and session.process.returncode == pytest.ExitCode.INTERRUPTED, said
    page = (tmp_path / "report/index.html").read_text(encoding="utf-8")
    assert "The run was interrupted" in page and "test_it.py::test_done" in page
    assert "test_done" in (tmp_path / "report/junit.xml").read_text(encoding="utf-8")


def test_a_second_term_does_not_interrupt_the_end_of_programs(tmp_path, iotcpd_binary):
    session = Session(tmp_path, iotcpd_binary[-1])
    os.kill(session.pids[0], signal.SIGSTOP)  # so that its end takes until it may go on
    session.process.terminate()
    eventually(lambda: int(proc.status(session.pids[0])["ShdPnd"], 16), what="it was told to end")
    session.process.terminate()
    os.kill(session.pids[0], signal.SIGCONT)
    said = session.wait()
    assert not any(map(proc.alive, session.pids)) and (tmp_path / "report/index.html").exists(), said
