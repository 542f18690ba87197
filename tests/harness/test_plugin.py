"""What the plugin says and takes: header, options, seed, properties in JUnit."""

import re

import pytest

from pytest_iotcpd import header
from user_project import UserProject

#: Each starts a session of pytest, some two.
pytestmark = pytest.mark.timeout(200)

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


def test_the_header_takes_a_version_that_is_no_text_and_a_program_in_the_root(project, tmp_path):
    program = tmp_path / "iotcpd"
    program.write_text("#!/bin/sh\nprintf 'iotcpd \\377\\n'\n")
    program.chmod(0o755)
    said = project(PASSES).run(f"--iotcpd-binary={program}").stdout
    assert f"iotcpd: {program} (iotcpd \ufffd)\n" in said
    assert header.build_type("/") == ""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(header.shutil, "which", lambda _: "/iotcpd")
        assert header.build_type("/iotcpd") == ""


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
    *[(f"--timeout-scale={scale}",
       f"--timeout-scale is {scale}; accepted is a number above 0, 1000 at the most")
      for scale in ("0", "-1", "nan", "inf", "1001")],
    ("--iotcpd-binary=", "--iotcpd-binary is empty; accepted is a command"),
    ("--loadgen-binary= ", "--loadgen-binary is empty; accepted is a command"),
    *[(f"{option}=it's", f"{option} is it's: No closing quotation; accepted is a command as a shell reads it")
      for option in ("--iotcpd-binary", "--loadgen-binary")],
    ("--stateful-seed=-1", "--stateful-seed is -1; accepted is 0 to 4294967295"),
    ("--stateful-examples=0", "--stateful-examples is 0; accepted is a number above 0, 1e+06 at the most"),
    ("--conformance-patience=-1",
     "--conformance-patience is -1; accepted is a number above 0, 200 at the most"),
    *[(f"{option}={path}", f"{option} is {path}; accepted is a file that can be written")
      for option in ("--conformance-json", "--fault-matrix") for path in ("/nonesuch/file", "/tmp")],
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


@pytest.mark.parametrize("binary", ["nonesuch", "./nonesuch"])
def test_a_load_generator_that_is_not_there_fails_those_who_need_it(project, binary):
    user = project("def test_it(loadgen):\n    pass\n")
    ended = user.run(f"--loadgen-binary={binary}")
    assert user.outcomes() == {"test_it": "error"}
    assert re.search(r"^--loadgen-binary names no program that can be run: \S*nonesuch$", ended.stdout, re.M)
