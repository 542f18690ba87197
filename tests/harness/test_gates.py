"""What fails a test at its end, as somebody else's tests meet it: pytest in a process of its own."""

import re

import pytest

from pytest_iotcpd import proc
from user_project import UserProject

pytestmark = pytest.mark.timeout(200)

SKIPPED_AFTER_A_CRASH = '''
import os, signal, pytest

def test_it(iotcpd):
    server = iotcpd("cat", 1)
    os.kill(server.pid, signal.SIGSEGV)
    server.wait_exit()
    pytest.skip("inconclusive: the machine was busy")
'''
SKIPPED_AFTER_A_WARNING = '''
import pytest

def test_it(iotcpd):
    iotcpd("sh -c 'read line; exit 7'", 1).ask(b"a\\\\n")
    pytest.skip("inconclusive: the machine was busy")
'''
WRONG_PATTERN = '''
def test_it(iotcpd):
    iotcpd("cat", 1).expect_log("(")
'''
ONE_END_GOES_WRONG = '''
def test_it(iotcpd):
    def never():
        raise RuntimeError("no end")

    servers = [iotcpd("cat", 1) for _ in range(2)]
    ending = servers[0].shut_down
    servers[0].shut_down = lambda: ending() + never()
    print("second is", servers[1].pid)
'''
LEAVES_ONE_WITHOUT_ITS_ENVIRONMENT = '''
def test_it(iotcpd):
    server = iotcpd("sh -c 'setsid env -i sleep 60 >/dev/null 2>&1 & echo $! >&2; exec cat'", 1)
    assert server.ask(b"a\\\\n") == b"a\\\\n"
    print("sleeper is", server.log_lines("")[0])
'''


WRAPS_ONE_THAT_LEAVES_ANOTHER = '''
def test_it(fake_daemon):
    daemon = fake_daemon(wrap=["sh", "-c", "setsid sleep 60 >/dev/null 2>&1 & read line; echo $!; cat"])
    print("sleeper is", daemon.ask(b"a\\n").decode())
'''
ENDS_BY_ITSELF = '''
from pytest_iotcpd import eventually

def test_it(iotcpd, tmp_path):
    server = iotcpd("cat", 1, wait_ready=False, options={"config": tmp_path / "nonesuch"})
    eventually(lambda: not server.running)
    WAIT
'''
CLEARS_ITS_FOLDER_AWAY = '''
import shutil

def test_it(iotcpd, tmp_path):
    iotcpd("cat", 1)
    shutil.rmtree(tmp_path)
    assert False, "for a report"
'''


@pytest.fixture
def outcome(tmp_path, iotcpd_binary):
    """outcome(text of the tests): ("passed", "failed", "error" or "skipped" of test_it, what pytest said)."""
    def play(text):
        user = UserProject(tmp_path / "project", {"test_it.py": text.replace("\\\\n", "\\n")})
        said = user.run("-rA", f"--iotcpd-binary={iotcpd_binary[-1]}").stdout
        return user.outcomes()["test_it"], said

    return play


def test_a_crash_is_told_of_a_test_that_was_inconclusive(outcome):
    verdict, said = outcome(SKIPPED_AFTER_A_CRASH)
    assert verdict == "error" and re.search("^it was killed by SIG", said, re.M), said


def test_a_warning_does_not_turn_what_was_inconclusive_red(outcome):
    verdict, said = outcome(SKIPPED_AFTER_A_WARNING)
    assert verdict == "skipped", said


def test_a_wrong_pattern_is_refused_where_it_is_said(outcome):
    verdict, said = outcome(WRONG_PATTERN)
    assert verdict == "failed" and "unterminated subpattern" in said, said


def test_an_end_that_goes_wrong_keeps_no_other_program_alive(outcome):
    verdict, said = outcome(ONE_END_GOES_WRONG)
    assert verdict == "error" and "RuntimeError at its end: no end" in said, said
    assert not proc.alive(int(re.search(r"second is (\d+)", said)[1]))


def test_who_clears_the_folder_of_a_test_away_costs_that_test_its_log_alone(outcome):
    verdict, said = outcome(CLEARS_ITS_FOLDER_AWAY)
    assert verdict == "failed" and "(somebody has removed /" in said and "1 failed in" in said, said


def test_what_a_daemon_leaves_behind_is_found_without_its_environment(outcome):
    verdict, said = outcome(LEAVES_ONE_WITHOUT_ITS_ENVIRONMENT)
    assert verdict == "error" and re.search(r"^left behind: pid \d+ \['sleep', '60'\]$", said, re.M), said
    assert not re.search(r"^sleep 60$", said, re.M)


def test_what_a_daemon_on_pipes_has_started_ends_with_it(outcome):
    verdict, said = outcome(WRAPS_ONE_THAT_LEAVES_ANOTHER)
    sleeper = int(re.search(r"sleeper is (\d+)", said)[1])
    assert verdict == "passed" and not proc.alive(sleeper), said


@pytest.mark.parametrize("line, verdict", [("pass", "error"), ("assert server.wait_exit() > 0", "passed")])
def test_an_exit_code_that_nobody_asked_for_is_told(outcome, line, verdict):
    got, said = outcome(ENDS_BY_ITSELF.replace("WAIT", line))
    assert got == verdict and bool(re.search(r"^it had ended with exit code \d+$", said, re.M)) == (verdict == "error"), said
