"""Class Place: after a failure a cell of the matrix is played in another redirector."""

import pytest

from pytest_iotcpd.matrix import CELLS, Place, depends_on_time, kind_of
from pytest_iotcpd.quiet_machine import Disturbance

TIMED = next(cell for cell in CELLS if depends_on_time(cell))
OTHER = next(cell for cell in CELLS if not depends_on_time(cell))


class PlayedStage:
    """Fails when the next of `fail` says so."""

    def __init__(self, fail):
        self._fail = fail

    def play(self, _cell):
        assert not next(self._fail), "it failed"


@pytest.fixture
def stages():
    """What became of the stages: made, ended and abandoned ones."""
    return {"made": [], "ended": [], "abandoned": []}


@pytest.fixture
def place(stages):
    """place(cell, *fail): its Place, where the first plays fail so."""
    def of(cell, *fail):
        outcomes = iter(fail)

        def make(kind):
            assert kind == kind_of(cell)
            stages["made"].append(PlayedStage(outcomes))
            return stages["made"][-1]

        return Place(kind_of(cell), make, stages["ended"].append, stages["abandoned"].append)

    return of


def test_cells_are_played_in_one_stage_as_long_as_they_pass(place, stages):
    there = place(OTHER, False, False)
    there.play(OTHER)
    there.play(OTHER)
    there.close()
    there.close()
    assert stages == {"made": [there.last], "ended": [there.last], "abandoned": []}


def test_after_a_failure_there_is_another_stage(place, stages):
    there = place(OTHER, True, False)
    with pytest.raises(AssertionError, match="it failed"):
        there.play(OTHER)
    there.play(OTHER)
    there.close()
    assert (stages["abandoned"], stages["ended"]) == (stages["made"][:1], stages["made"][1:])


def test_the_second_attempt_on_a_disturbed_machine_has_another_stage(place, stages, monkeypatch):
    monkeypatch.setattr(Disturbance, "evidence", lambda self: ["busy"])
    place(TIMED, True, False).play(TIMED)
    assert stages["abandoned"] == stages["made"][:1] and len(stages["made"]) == 2


def test_what_does_not_depend_on_time_has_no_second_attempt(place, stages, monkeypatch):
    monkeypatch.setattr(Disturbance, "evidence", lambda self: ["busy"])
    with pytest.raises(AssertionError):
        place(OTHER, True).play(OTHER)
    assert len(stages["made"]) == 1
