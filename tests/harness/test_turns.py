"""A test about time runs while no other does; the others run beside each other."""

import re

import pytest

from user_project import UserProject

pytest.importorskip("xdist")
pytestmark = pytest.mark.timeout(200)

#: Each test leaves when it began and ended; `meet` needs another worker to come there,
#: which has no more tests about time by then.
COMMON = '''
import pathlib, time
import pytest

def note(name):
    began = time.monotonic()
    time.sleep(0.05)
    with open("times", "a") as file:
        file.write(f"{name} {began} {time.monotonic()}\\n")

def meet(mine, other):
    pathlib.Path(mine).touch()
    deadline = time.monotonic() + 30
    while not pathlib.Path(other).exists():
        assert time.monotonic() < deadline, "alone"
        time.sleep(0.01)
'''
OTHERS = COMMON + '''
@pytest.mark.parametrize("n", range(8))
def test_other(n): note("other")
def test_zz_both(): meet("MINE", "OTHER")
'''
TIMING = COMMON + '''
pytestmark = pytest.mark.xdist_group("timing")
@pytest.mark.parametrize("n", range(4))
def test_timing(n): note("timing")
'''
MIXED = COMMON + '''
@pytest.mark.parametrize("n", range(4))
def test_other(n): note("other")
@pytest.mark.parametrize("n", range(4))
@pytest.mark.xdist_group(name="timing")
def test_timing(n): note("timing")
'''
LONG = COMMON + '''
@pytest.mark.timeout(100)
def test_other(): note("other")
'''


def others(mine, other):
    return OTHERS.replace("MINE", mine).replace("OTHER", other)


def in_order(folder):
    """[(kind, began, ended)] of all that left a note, by their beginnings."""
    rows = (line.split() for line in (folder / "times").read_text().splitlines())
    return sorted(((kind, float(began), float(ended)) for kind, began, ended in rows), key=lambda row: row[1])


def test_a_test_about_time_runs_while_no_other_does(tmp_path):
    user = UserProject(tmp_path / "project", {
        "test_d.py": TIMING, "test_e.py": TIMING, "test_a.py": others("a", "b"),
        "test_b.py": others("b", "a"), "test_c.py": MIXED})
    ended = user.run("-n2", "--dist=loadfile")
    assert ended.returncode == 0, ended.stdout
    seen = in_order(user.folder)
    assert [kind for kind, _, _ in seen] == ["timing"] * 12 + ["other"] * 20
    disturbed = [(one, two) for number, one in enumerate(seen) for two in seen[number + 1:]
                 if two[1] < one[2] and "timing" in (one[0], two[0])]
    assert disturbed == [], "\n".join(map(str, disturbed))


def test_a_session_that_ends_early_waits_for_no_test_that_will_never_come(tmp_path):
    """The first about time ends the session, and the other worker has a test that lets the rest go first."""
    failing = TIMING + "def test_a(): assert False\n"
    user = UserProject(tmp_path / "project", {"test_d.py": failing, "test_c.py": MIXED})
    ended = user.run("-n2", "--dist=loadfile", "--maxfail=1", within=60)
    assert ended.returncode != 0 and "1 failed" in ended.stdout, ended.stdout


def test_what_is_about_time_comes_first_and_then_what_may_take_long(tmp_path):
    user = UserProject(tmp_path / "project", {"test_a.py": MIXED, "test_y.py": LONG, "test_z.py": TIMING})
    order = re.findall(r"PASSED test_(\w)\.py::", user.run("-n1", "--dist=loadfile", "-v").stdout)
    assert order == [*"aaaazzzz", "y", *"aaaa"]


def test_one_process_keeps_the_order_of_the_files(tmp_path):
    user = UserProject(tmp_path / "project", {"test_a.py": MIXED, "test_z.py": TIMING})
    order = re.findall(r"test_(\w)\.py::", user.run("-v").stdout)
    assert order == ["a"] * 8 + ["z"] * 4
