"""scripts/campaign: what of each run is in its table, and that one that was red is not overlooked."""

import os
import pathlib
import subprocess
import sys

import pytest

from pytest_iotcpd import proc, scaled

HARNESS = pathlib.Path(__file__).resolve().parent
#: As tests/conftest.py does it.
CONFTEST = f"import sys\nsys.path.insert(0, {str(HARNESS)!r})\npytest_plugins = ['pytest_iotcpd']\n"
KINDS = '''
import pytest
from pytest_iotcpd.quiet_machine import Unbelievable, conclusive

def test_passes(): pass
def test_is_skipped(): pytest.skip("not here")
@pytest.mark.xfail
def test_is_known_to_fail(): assert False
def test_is_inconclusive():
    def measure(): raise Unbelievable(["late"])
    conclusive(measure)
'''
#: Its second run, and no other, is red.
RED_ONCE = '''
import pathlib

def test_fails_the_second_time():
    with open("runs", "a+") as file:
        file.write("x")
    assert len(pathlib.Path("runs").read_text()) != 2
'''
LOADED = '''
import os, pathlib
from pytest_iotcpd import eventually, proc

def test_something_else_runs():
    load = eventually(lambda: pathlib.Path("load").read_text().split())
    assert load[1:] == ["--quiet", "--cpu", str(len(os.sched_getaffinity(0)))]
    assert proc.alive(int(load[0]))
'''
#: In place of stress-ng, which would disturb whoever runs beside this.
LOAD = '#!/bin/sh\necho "$$ $*" > load\nexec sleep 1000\n'


@pytest.fixture
def campaign(tmp_path):
    """campaign(test, *words, times=3) -> CompletedProcess of so many runs of that module."""
    def run(test, *words, times=3):
        (tmp_path / "tests").mkdir()
        (tmp_path / "tests/conftest.py").write_text(CONFTEST, encoding="utf-8")
        (tmp_path / "tests/test_it.py").write_text(test, encoding="utf-8")
        return subprocess.run(
            [sys.executable, "-m", "pytest_iotcpd.campaign", "--times", str(times), "--folder", "out/kind",
             *words, "--", "tests/", "-q", "-p", "no:cacheprovider"],
            cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(HARNESS)}, capture_output=True, text=True,
            timeout=scaled(60), check=False)

    return run


def rows(text):
    """{run: the other cells} of the table in it; without the wall time, which nobody knows before."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines]
    assert cells[0] == ["run", "passed", "failed", "inconclusive", "skipped", "wall time", "verdict"]
    return {row[0]: [*row[1:5], row[6]] for row in cells[2:]}


def test_each_run_has_a_row_that_tells_inconclusive_from_skipped(campaign, tmp_path):
    ended = campaign(KINDS, times=2)
    assert ended.returncode == 0, ended.stderr
    row = ["2", "0", "1", "1", "green"]
    assert rows(ended.stdout) == {"1": row, "2": row}
    assert rows((tmp_path / "out/kind.md").read_text(encoding="utf-8")) == rows(ended.stdout)
    assert (tmp_path / "out/kind/2/index.html").exists()


def test_one_red_run_makes_the_campaign_fail_after_the_others(campaign, tmp_path):
    ended = campaign(RED_ONCE)
    assert ended.returncode == 1
    green = ["1", "0", "0", "0", "green"]
    assert rows(ended.stdout) == {"1": green, "2": ["0", "1", "0", "0", "RED (exit code 1)"], "3": green}
    assert "RED: out/kind/2/pytest.txt" in ended.stdout
    assert "1 failed" in (tmp_path / "out/kind/2/pytest.txt").read_text(encoding="utf-8")


def test_it_stops_at_the_first_red_run_when_told_to(campaign):
    ended = campaign(RED_ONCE, "--stop")
    assert (ended.returncode, list(rows(ended.stdout))) == (1, ["1", "2"])


def test_a_run_that_tests_nothing_is_red(campaign):
    ended = campaign("import nothing_of_that_name\n", times=1)
    assert ended.returncode == 1
    assert rows(ended.stdout)["1"] == ["0", "1", "0", "0", "RED (exit code 2)"]


def test_the_load_is_there_during_the_runs_and_gone_after_them(campaign, tmp_path, monkeypatch):
    stand_in = tmp_path / "bin/stress-ng"
    stand_in.parent.mkdir()
    stand_in.write_text(LOAD, encoding="ascii")
    stand_in.chmod(0o755)
    monkeypatch.setenv("PATH", str(stand_in.parent), prepend=os.pathsep)
    ended = campaign(LOADED, "--loaded", times=1)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert not proc.alive(int((tmp_path / "load").read_text(encoding="ascii").split()[0]))
    assert "loaded by stress-ng" in (tmp_path / "out/kind.md").read_text(encoding="utf-8")


def script(repository, *words, **more):
    return subprocess.run([repository / "scripts/campaign", *words], capture_output=True, text=True,
                          check=False, timeout=scaled(30), **more)


@pytest.mark.parametrize("words, complaint", [
    ([], "timing or whole"), (["timing", "whole"], "either timing or whole"),
    (["timing", "--times", "0"], "from 1 on, not '0'"), (["whole", "--times"], "--times needs a number")])
def test_bad_use_is_one_line(repository, words, complaint):
    done = script(repository, *words)
    assert done.returncode == 64 and complaint in done.stderr and done.stderr.count("\n") == 1


def test_a_load_that_is_not_installed_is_told_before_anything_is_run(repository, tmp_path):
    for name in ("bash", "dirname", "basename"):
        (tmp_path / name).symlink_to(f"/usr/bin/{name}")
    done = script(repository, "timing", "--loaded", env={"PATH": str(tmp_path)})
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "campaign: --loaded needs stress-ng: apt-get install stress-ng\n"
