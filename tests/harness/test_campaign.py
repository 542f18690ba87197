"""scripts/campaign: what of each run is in its table, and that one that was red is not overlooked."""

import os
import pathlib
import re
import signal
import subprocess
import sys

import pytest

from pytest_iotcpd import eventually, proc, scaled

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
#: Of two runs, in the second.
INCONCLUSIVE_ONCE = '''
import pathlib

def test_is_inconclusive_the_second_time():
    if pathlib.Path("been-here").exists():
        pytest.skip("inconclusive: late")
    pathlib.Path("been-here").touch()
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
#: Its fixture has something to end, which takes a second. `pids` are those of the test and of that.
HOLDS = '''
import os, pathlib, subprocess, pytest

@pytest.fixture
def program():
    with subprocess.Popen(["sh", "-c", "trap 'sleep 1; exit' TERM; while :; do sleep 0.1; done"]) as process:
        yield process
        process.terminate()
        process.wait()
    pathlib.Path("ended").touch()

def test_waits(program):
    pathlib.Path("pids").write_text(f"{os.getpid()} {program.pid} ")
    program.wait()
'''
#: Its terminal is closed.
HUNG_UP = '''
import os, signal

def test_hangs_up():
    os.kill(os.getppid(), signal.SIGHUP)
'''


@pytest.fixture
def begun(tmp_path):
    """begun(test, *words, times=3, nohup=False) -> Popen of a campaign of so many runs of that module.
    Whatever signals are ignored here, as in the background, are not there."""
    campaigns = []

    def begin(test, *words, times=3, nohup=False):
        def set_signals():
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            signal.signal(signal.SIGHUP, signal.SIG_IGN if nohup else signal.SIG_DFL)

        (tmp_path / "tests").mkdir()
        (tmp_path / "tests/conftest.py").write_text(CONFTEST, encoding="utf-8")
        (tmp_path / "tests/test_it.py").write_text(test, encoding="utf-8")
        campaigns.append(subprocess.Popen(
            [sys.executable, "-m", "pytest_iotcpd.campaign", "--times", str(times), "--folder", "out/kind",
             *words, "--", "tests/", "-q", "-p", "no:cacheprovider"],
            cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(HARNESS)}, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, preexec_fn=set_signals))
        return campaigns[-1]

    yield begin
    for campaign in campaigns:
        campaign.kill()
        campaign.wait()
        campaign.stdout.close()
        campaign.stderr.close()


@pytest.fixture
def campaign(begun):
    """As `begun`, but the CompletedProcess."""
    def run(*words, **more):
        process = begun(*words, **more)
        stdout, stderr = process.communicate(timeout=scaled(60))
        return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)

    return run


@pytest.fixture
def stand_in(tmp_path, monkeypatch):
    """For stress-ng. What it leaves is the file `load`: its pid and its arguments."""
    path = tmp_path / "bin/stress-ng"
    path.parent.mkdir()
    path.write_text(LOAD, encoding="ascii")
    path.chmod(0o755)
    monkeypatch.setenv("PATH", str(path.parent), prepend=os.pathsep)


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


def test_what_was_inconclusive_in_every_run_is_named(campaign, tmp_path):
    ended = campaign(KINDS + INCONCLUSIVE_ONCE, times=2)
    assert [row[2] for row in rows(ended.stdout).values()] == ["1", "2"]
    for text in (ended.stdout, (tmp_path / "out/kind.md").read_text(encoding="utf-8")):
        assert re.findall(r"^- `(.+)`$", text, re.M) == ["tests.test_it::test_is_inconclusive"]


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


@pytest.mark.usefixtures("stand_in")
def test_the_load_is_there_during_the_runs_and_gone_after_them(campaign, tmp_path):
    ended = campaign(LOADED, "--loaded", times=1)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert not proc.alive(int((tmp_path / "load").read_text(encoding="ascii").split()[0]))
    assert "loaded by stress-ng" in (tmp_path / "out/kind.md").read_text(encoding="utf-8")


def pids_of(tmp_path):
    """Of the test, of its program and of the load, once they all run."""
    def told(name):
        path = tmp_path / name
        return eventually(lambda: path.is_file() and path.read_text(encoding="ascii").split(), 20, what=name)

    return [int(pid) for pid in told("pids")[:2] + told("load")[:1]]


@pytest.mark.usefixtures("stand_in")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT],
                         ids=lambda number: number.name)
def test_whoever_interrupts_it_ends_the_load_and_lets_the_tests_end_their_programs(begun, tmp_path, number):
    process = begun(HOLDS, "--loaded")
    pids = pids_of(tmp_path)
    process.send_signal(number)
    process.wait(scaled(30))
    stdout = process.stdout.read()
    assert (process.returncode, rows(stdout)) == (130, {})
    assert not any(map(proc.alive, pids)), pids
    assert (tmp_path / "ended").exists()


@pytest.mark.usefixtures("stand_in")
def test_nothing_of_it_outlives_it_when_it_is_killed(begun, tmp_path):
    process = begun(HOLDS, "--loaded")
    pids = pids_of(tmp_path)
    process.kill()
    eventually(lambda: not any(map(proc.alive, pids)), 20, what=f"the end of {pids}")
    assert (tmp_path / "ended").exists()


def test_a_signal_that_is_ignored_does_not_interrupt_it(begun):
    """nohup, that is."""
    process = begun(HUNG_UP, times=1, nohup=True)
    stdout, _ = process.communicate(timeout=scaled(60))
    assert (process.returncode, list(rows(stdout))) == (0, ["1"])


PRESETS = "--preset '{}': accepted is one of release, dev, asan-ubsan, tsan, fuzz, coverage (see --help)"


def script(repository, *words, **more):
    return subprocess.run([repository / "scripts/campaign", *words], capture_output=True, text=True,
                          check=False, timeout=scaled(30), **more)


@pytest.mark.parametrize("words, complaint", [
    ([], "timing or whole"), (["timing", "whole"], "either timing or whole"),
    (["timing", "--times", "0"], "from 1 on, not '0'"), (["whole", "--times"], "--times needs a number"),
    (["whole", "--preset="], PRESETS.format("")), (["whole", "--preset", "relaese"], PRESETS.format("relaese"))])
def test_bad_use_is_one_line(repository, words, complaint):
    done = script(repository, *words)
    assert done.returncode == 64 and complaint in done.stderr and done.stderr.count("\n") == 1


@pytest.mark.parametrize("name", ["", "relaese"])
def test_the_other_scripts_refuse_the_same_presets(repository, name):
    done = subprocess.run([repository / "scripts/test", "--preset", name], capture_output=True, text=True,
                          check=False, timeout=scaled(30))
    assert (done.returncode, done.stdout, done.stderr) == (64, "", f"test: {PRESETS.format(name)}\n")


def test_a_load_that_is_not_installed_is_told_before_anything_is_run(repository, tmp_path):
    for name in ("bash", "dirname", "basename"):
        (tmp_path / name).symlink_to(f"/usr/bin/{name}")
    done = script(repository, "timing", "--loaded", env={"PATH": str(tmp_path)})
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "campaign: --loaded needs stress-ng: apt-get install stress-ng\n"
