"""The fault matrix itself: what is not as promised fails, and so does a cell that nobody has played."""

import re

import pytest

from pytest_iotcpd.deadline import eventually
from pytest_iotcpd.matrix import ALL_CELLS, CELLS, Cell, Expect, Outcome, Stage
from pytest_iotcpd.matrix.cells import ENDED, Fault
from user_project import UserProject

DEATH = Outcome.DEATH
PLAYS = '''
import pytest
from pytest_iotcpd.matrix import CELLS, PLAYED


def test_that_plays(record_property):
    for cell in CELLS{but}:
        record_property(PLAYED, str(cell))


def test_that_does_not():
    pass
'''


def cell(action, expect, queue="empty"):
    return Cell(Fault("after-read", action), "serving", queue, expect)


# -- a cell ------------------------------------------------------------------------------------

@pytest.fixture
def play(iotcpd_binary, fake_daemon_binary, tmp_path):
    """play(cell) in a stage of its own."""
    stages = []

    def play_cell(what):
        stages.append(Stage(iotcpd_binary, fake_daemon_binary, tmp_path, what.state, False,
                            what.queue == "pipelined"))
        stages[0].play(what)

    yield play_cell
    for stage in stages:
        assert stage.server.shut_down() == []


@pytest.mark.parametrize("queue", ["empty", "full", "pipelined"])
def test_a_cell_passes_when_all_is_as_promised(play, queue):
    play(cell("exit(7)", Expect(DEATH, condemned=ENDED), queue))


@pytest.fixture
def hasty(monkeypatch):
    """Who waits for what will not come does not wait long."""
    for module in ("backstage", "stage"):
        monkeypatch.setattr(f"pytest_iotcpd.matrix.{module}.eventually",
                            lambda condition, _, what: eventually(condition, 0.3, what))


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("what, complaint", [
    (cell("exit(7)", Expect(condemned=ENDED)), "ECHO was expected for .*, not b'ERR"),
    (cell("sleep(1ms)", Expect(DEATH)), "DEATH was expected for"),
    (cell("exit(7)", Expect(DEATH)), "the counters: .*'daemon deaths': 1.* instead of"),
    (cell("exit(7)", Expect(DEATH, DEATH, ENDED), "pipelined"), "DEATH was expected for"),
    (cell("off", Expect()), "off-serving-empty fires"),
], ids=["client", "no death", "counter", "who comes after it", "never fired"])
def test_a_cell_fails_when_anything_is_not_as_promised(play, what, complaint):
    with pytest.raises(AssertionError, match=complaint):
        play(what)


# -- all of them -------------------------------------------------------------------------------

def test_every_cell_has_an_expectation_or_a_reason_and_not_both():
    assert all(bool(one.expect) != bool(one.reason) for one in ALL_CELLS)


@pytest.fixture
def told(tmp_path):
    """told(which cells, *words for pytest): the exit code of a run that plays them, and what it says."""
    def run(but, *words):
        ended = UserProject(tmp_path / "project", {"test_it.py": PLAYS.replace("{but}", but)}).run(*words)
        return ended.returncode, ended.stdout

    return run


def test_a_declared_cell_that_nobody_has_played_fails_the_session(told):
    code, said = told("[1:]")
    assert code == 1
    assert f"FAILED: 1 declared cells were never played, such as {CELLS[0]}" in said


@pytest.mark.parametrize("but, words", [("", ()), ("[1:]", ("-k", "plays"))], ids=["all", "those asked for"])
def test_a_session_passes_that_has_played_what_it_was_to_play(told, but, words):
    code, said = told(but, *words)
    assert code == 0 and "never played" not in said
    assert re.search(rf"^{len(CELLS)} cells declared, \d+ ok, 0 FAILED", said, re.M)


def test_the_page_names_each_reason_for_which_there_is_no_cell(told, tmp_path):
    told("", f"--fault-matrix={tmp_path / 'matrix.md'}")
    page = (tmp_path / "matrix.md").read_text(encoding="utf-8")
    reasons = {one.reason for one in ALL_CELLS if one.reason}
    assert reasons and all(f"| {reason} |" in page for reason in reasons)
