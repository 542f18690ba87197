"""What the plugin says and takes: header, options, seed, properties in JUnit, valgrind."""

import re
import shutil
import subprocess

import pytest

from pytest_iotcpd.valgrind import ERROR_EXIT_CODE, Valgrind
from user_project import UserProject

PASSES = '''
def test_seed(iotcpd_seed):
    print("seed is", iotcpd_seed)
'''
USES_PROGRAMS = '''
"""Of the module, which is no scenario."""
import pytest


@pytest.mark.parametrize("n", [1, 2])
def test_all_answer(iotcpd, n):
    """Each of the daemons answers.

    More about it.
    """
    assert iotcpd("cat", n).ask(b"a\\n") == b"a\\n"


def test_without_a_word(fake):
    pass


def test_no_program(tmp_path):
    pass
'''
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


# -- the header --------------------------------------------------------------------------------

def test_the_header_names_the_programs_the_seed_and_the_scale(project, iotcpd_binary):
    said = project(PASSES).run(f"--iotcpd-binary={iotcpd_binary[-1]}", "--iotcpd-seed=7",
                               "--timeout-scale=2").stdout
    assert re.search(rf"^iotcpd: {iotcpd_binary[-1]} \(iotcpd [\d.]+", said, re.M), said
    assert re.search(r"^iotcpd: with iotcpd-fake-daemon [\d.]+, iotcpd-loadgen [\d.]+$", said, re.M)
    assert "iotcpd: seed 7 (the same again: --iotcpd-seed=7), timeout scale 2\n" in said


def test_the_header_names_how_a_program_was_built_that_stands_in_its_build(project, tmp_path):
    folder = tmp_path / "build/bin"
    folder.mkdir(parents=True)
    (folder.parent / "CMakeCache.txt").write_text(
        "CMAKE_BUILD_TYPE:STRING=Debug\nIOTCPD_INSTRUMENTATION:STRING=coverage\n")
    program = folder / "iotcpd"
    program.write_text("#!/bin/sh\necho iotcpd 9.8\n")
    program.chmod(0o755)
    said = project(PASSES).run(f"--iotcpd-binary={program}").stdout
    assert f"iotcpd: {program} (iotcpd 9.8, Debug, coverage)\n" in said


# -- the seed ----------------------------------------------------------------------------------

def seeds_in(text):
    return re.findall(r"seed is (\d+)$", text, re.M), re.findall(r"iotcpd: seed (\d+) ", text)


def test_a_seed_is_drawn_once_for_the_session_and_shown(project):
    user = project(PASSES + PASSES.replace("test_seed", "test_again"))
    runs = [seeds_in(user.run("-s").stdout) for _ in range(2)]
    for given, (shown,) in runs:
        assert given == [shown, shown]
    assert runs[0] != runs[1]


def test_the_workers_of_a_session_have_its_seed(project):
    pytest.importorskip("xdist")
    user = project(PASSES.replace("print", "import warnings; warnings.warn").replace(
        '"seed is", iotcpd_seed', 'f"drawn: {iotcpd_seed}"') * 2)
    said = user.run("-n2").stdout
    assert set(re.findall(r"drawn: (\d+)$", said, re.M)) == set(
        re.findall(r"iotcpd: seed (\d+) ", said)), said


# -- JUnit -------------------------------------------------------------------------------------

def test_junit_has_the_seed_and_the_scenario_of_tests_that_use_a_program(project, iotcpd_binary):
    user = project(USES_PROGRAMS)
    ended = user.run("--iotcpd-seed=9", f"--iotcpd-binary={iotcpd_binary[-1]}")
    assert ended.returncode == 0, ended.stdout
    assert user.properties("test_all_answer[2]") == {
        "seed": "9", "scenario": "Each of the daemons answers. [2]"}
    assert user.properties("test_without_a_word") == {"seed": "9", "scenario": "without a word"}
    assert user.properties("test_no_program") == {}


# -- what is refused ---------------------------------------------------------------------------

@pytest.mark.parametrize("word, told", [
    ("--iotcpd-seed=-1", "--iotcpd-seed is -1; accepted is 0 to 4294967295"),
    ("--timeout-scale=0", "--timeout-scale is 0; accepted is a number above 0"),
])
def test_a_wrong_value_is_refused_in_one_line(project, word, told):
    ended = project(PASSES).run(word)
    assert (ended.returncode, ended.stderr.strip()) == (4, f"ERROR: {told}")


@pytest.mark.parametrize("binary", ["nonesuch", "./nonesuch"])
def test_a_redirector_that_is_not_there_fails_those_who_need_it(project, binary):
    user = project(USES_PROGRAMS)
    ended = user.run(f"--iotcpd-binary={binary}")
    assert user.outcomes()["test_all_answer[1]"] == "error"
    assert user.outcomes()["test_no_program"] == "passed"
    assert re.search(r"^--iotcpd-binary names no program that can be run: \S*nonesuch$", ended.stdout, re.M)


# -- valgrind ----------------------------------------------------------------------------------

@pytest.fixture
def forgetful(tmp_path):
    """Path of a stand-in for the redirector that leaks, or writes where it must not, when told."""
    for program in ("valgrind", "cc"):
        if not shutil.which(program):
            pytest.skip(f"there is no {program}")
    source = tmp_path / "forgetful.c"
    source.write_text(FORGETFUL)
    subprocess.run(["cc", "-g", "-O0", "-o", tmp_path / "forgetful", source], check=True, timeout=60)
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


def test_a_program_with_findings_ends_with_the_error_code(forgetful, tmp_path):
    watch = Valgrind(tmp_path)
    process = subprocess.Popen(watch.words([forgetful, "leak"]), stdout=subprocess.PIPE)
    process.stdout.readline()
    process.terminate()
    process.communicate(timeout=60)
    assert process.returncode == ERROR_EXIT_CODE and len(watch.findings()) == 1


def test_valgrind_has_nothing_to_say_about_the_redirector(project, iotcpd_binary):
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
    ended = user.run("--iotcpd-valgrind", f"--iotcpd-binary={iotcpd_binary[-1]}", within=120)
    assert ended.returncode == 0, ended.stdout
