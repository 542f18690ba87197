"""The end of a test is the end of its programs: what is wrong then fails it, and what a skip excuses."""

import re

import pytest

from user_project import UserProject

#: Each starts a session of pytest.
pytestmark = pytest.mark.timeout(200)

TESTS = """
import os
import signal

import pytest

from pytest_iotcpd.deaths import ANSWERS_ONCE


def ended_by_somebody(server):
    os.kill(server.pid, signal.SIGKILL)
    server.wait_exit()


def with_a_warning(server):
    server.ask(b"a\\n")
    server.wait_log("warning")


def test_passed_alone(iotcpd):
    assert iotcpd("cat", 1).ask(b"a\\n") == b"a\\n"


@pytest.mark.parametrize("go_wrong", [ended_by_somebody, with_a_warning])
@pytest.mark.parametrize("end", ["passed", "skipped", "failed"])
def test_wrong(iotcpd, end, go_wrong):
    go_wrong(iotcpd(ANSWERS_ONCE, 1))
    if end == "skipped":
        pytest.skip("inconclusive: busy")
    assert end == "passed"


@pytest.mark.parametrize("says", ["runtime error: x", "nothing of the kind"])
def test_daemon(fake_daemon, says):
    daemon = fake_daemon(wrap=["sh", "-c", f"echo a.cpp:1:2: {says} >&2; exec cat"])
    assert daemon.ask(b"a\\n") == b"a\\n"


def test_failing_daemon(fake_daemon):
    daemon = fake_daemon(wrap=["sh", "-c", "echo its last words >&2; exec cat"])
    assert daemon.ask(b"a\\n") == b"b\\n"
"""


def test_what_is_wrong_at_the_end_fails_what_has_passed_and_a_crash_what_was_skipped(tmp_path, iotcpd_binary):
    user = UserProject(tmp_path / "project", {"test_it.py": TESTS})
    ended = user.run(f"--iotcpd-binary={iotcpd_binary[0]}")
    assert user.outcomes() == {
        "test_passed_alone": "passed",
        "test_wrong[passed-ended_by_somebody]": "error", "test_wrong[passed-with_a_warning]": "error",
        "test_wrong[skipped-ended_by_somebody]": "error", "test_wrong[skipped-with_a_warning]": "skipped",
        "test_wrong[failed-ended_by_somebody]": "failed", "test_wrong[failed-with_a_warning]": "failed",
        "test_daemon[runtime error: x]": "error", "test_daemon[nothing of the kind]": "passed",
        "test_failing_daemon": "failed",
    }, ended.stdout
    assert ended.stdout.count("\nit was killed by SIGKILL\n") == 2, ended.stdout
    assert "\nunexpected in the log: a.cpp:1:2: runtime error: x\n" in ended.stdout
    assert re.search(r"- iotcpd-fake-daemon pid \d+ stderr -+\nits last words\n", ended.stdout), ended.stdout
