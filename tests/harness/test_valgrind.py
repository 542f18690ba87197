"""--iotcpd-valgrind: what valgrind finds fails the test, and is told."""

import re
import shutil
import subprocess

import pytest

from pytest_iotcpd import proc
from pytest_iotcpd.valgrind import ERROR_EXIT_CODE, Valgrind
from user_project import UserProject

#: Everything takes many times as long, more so where others want the processors too.
pytestmark = pytest.mark.timeout(400)

#: A redirector that announces itself and ends at TERM; it forgets what it was given in argv[1].
FORGETFUL = r'''
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *block;

int main(int argc, char **argv) {
  sigset_t set;
  int got;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigprocmask(SIG_BLOCK, &set, NULL);
  if (argc > 1 && strcmp(argv[argc - 1], "-v") == 0) return puts("forgetful 1") < 0;
  block = malloc(100);
  if (argc > 1 && strcmp(argv[1], "leak") == 0) block = NULL;
  if (argc > 1 && strcmp(argv[1], "overrun") == 0) ((volatile char *)block)[100] = 1;
  puts("iotcpd listening: 127.0.0.1:1\niotcpd ready: 127.0.0.1:1 daemons 1/1");
  fflush(stdout);
  sigwait(&set, &got);
  free(block);
  return 0;
}
'''


@pytest.fixture
def project(tmp_path):
    """project(text): a UserProject with one file of tests."""
    return lambda text: UserProject(tmp_path / "project", {"test_it.py": text})


@pytest.fixture
def forgetful(tmp_path):
    """Path of a stand-in for the redirector that leaks, or writes where it must not, when told."""
    for program in ("valgrind", "cc"):
        if not shutil.which(program):
            pytest.skip(f"there is no {program}")
    source = tmp_path / "forgetful.c"
    source.write_text(FORGETFUL)
    subprocess.run(["cc", "-g", "-O0", "-o", tmp_path / "forgetful", source], check=True, timeout=240)
    return str(tmp_path / "forgetful")


@pytest.mark.parametrize("habit, finding", [
    ("none", None), ("leak", "definitely lost"), ("overrun", "Invalid write")])
def test_what_valgrind_finds_fails_the_test(project, forgetful, habit, finding):
    user = project("def test_it(iotcpd):\n    iotcpd('cat', 1)\n")
    command = f"--iotcpd-binary={forgetful} {habit}"
    assert user.run(command).returncode == 0, "nobody looks"
    ended = user.run(command, "--iotcpd-valgrind")
    if finding:
        assert user.outcomes() == {"test_it": "error"}
        assert re.search(rf"^valgrind: (.*\n)*.*{finding}", ended.stdout, re.M), ended.stdout
    else:
        assert ended.returncode == 0, ended.stdout
    assert "under valgrind\n" in ended.stdout and "timeout scale 5" in ended.stdout


def test_who_sees_only_the_exit_code_is_told_what_was_found(project, forgetful):
    """A test that stops the redirector itself fails there, not at its end."""
    user = project("def test_it(iotcpd):\n    iotcpd('cat', 1).stop()\n")
    ended = user.run(f"--iotcpd-binary={forgetful} leak", "--iotcpd-valgrind")
    assert user.outcomes() == {"test_it": "failed"}
    assert f"exit code {ERROR_EXIT_CODE} after TERM" in ended.stdout
    assert ended.stdout.count("definitely lost") == 1, ended.stdout


def test_what_cannot_be_told_under_valgrind_is_skipped_there(project, forgetful):
    user = project("""import pytest
@pytest.mark.not_under_valgrind("it sees descriptors that are not there")
def test_it(): pass
""")
    command = f"--iotcpd-binary={forgetful}"
    assert user.run(command).returncode == 0 and user.outcomes() == {"test_it": "passed"}
    ended = user.run(command, "--iotcpd-valgrind", "-rs")
    assert user.outcomes() == {"test_it": "skipped"}
    assert "not under valgrind: it sees descriptors that are not there" in ended.stdout


def test_a_program_with_findings_ends_with_the_error_code(forgetful, tmp_path):
    watch = Valgrind(tmp_path)
    process = subprocess.Popen(watch.words([forgetful, "leak"]), stdout=subprocess.PIPE)
    process.stdout.readline()
    process.terminate()
    process.communicate(timeout=240)
    assert process.returncode == ERROR_EXIT_CODE and len(watch.findings()) == 1


def test_valgrind_has_nothing_to_say_about_the_redirector(project, iotcpd_binary):
    if proc.is_sanitized(iotcpd_binary[0]):
        pytest.skip("no program with a sanitizer runs under valgrind")
    if not shutil.which("valgrind"):
        pytest.skip("there is no valgrind")
    user = project('''
def test_it(iotcpd, fake):
    daemon = fake(fault="after-read = every(2) exit(7)")
    server = iotcpd(str(daemon), 2).expect_log("exited with code 7", "condemned")
    for _ in range(4):
        server.ask(b"a\\n")
    server.stats().check_law()
    server.stop()
''')
    ended = user.run("--iotcpd-valgrind", f"--iotcpd-binary={iotcpd_binary[-1]}", within=300)
    assert ended.returncode == 0, ended.stdout
