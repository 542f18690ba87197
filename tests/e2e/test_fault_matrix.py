"""Every fault in every state of its daemon, with an empty queue and a full one: what the client gets, what
the redirector counts, and that the pool serves again."""

import pytest

from pytest_iotcpd.matrix import (CELLS, PLAYED, Company, EndingStage, Place, Stage, depends_on_time,
                                  kind_of, mostly_waits)
from pytest_iotcpd.running import RUNNING

timing = pytest.mark.xdist_group("timing")

STOPPING = ("stopping on drain", "stopping on refresh")


def each(cells):
    return pytest.mark.parametrize("cell", [
        pytest.param(cell, id=str(cell), marks=[timing] if depends_on_time(cell) else []) for cell in cells])


class Stages:
    """The redirectors of this run, by what they are for, and what was wrong with their ends."""

    def __init__(self, iotcpd_binary, fake_daemon_binary, folders):
        self._binaries = iotcpd_binary, fake_daemon_binary
        self._folders = folders
        self._places = {}
        self._ending = {}
        self.faults = []

    def _make(self, kind):
        return Stage(*self._binaries, self._folders.mktemp("stage"), *kind)

    def new_place(self, kind):
        return Place(kind, self._make, self._end, self._abandon)

    def place(self, kind):
        """That for cells of this kind, the same each time."""
        if kind not in self._places:
            self._places[kind] = self.new_place(kind)
        return self._places[kind]

    def get_ending(self, state):
        """The stage in which all daemons of this state are stopped."""
        if state not in self._ending:
            cells = [cell for cell in CELLS if cell.state == state]
            self._ending[state] = EndingStage(*self._binaries, self._folders.mktemp("ending"), state, cells)
        return self._ending[state]

    def _end(self, stage):
        unexpected = stage.server.unexpected_log_lines()
        self.faults += stage.server.shut_down() + [f"unexpected in the log: {line}" for line in unexpected]

    def _abandon(self, stage):
        """It is in the middle of something, and may log anything. No crash is excused by that."""
        self.faults += stage.server.shut_down()

    def close_all(self):
        for place in self._places.values():
            place.close()
        for stage in self._ending.values():
            self._end(stage)


@pytest.fixture(scope="module")
def stages(iotcpd_binary, fake_daemon_binary, tmp_path_factory):
    opened = Stages(iotcpd_binary, fake_daemon_binary, tmp_path_factory)
    yield opened
    opened.close_all()
    assert not opened.faults, opened.faults


@pytest.fixture(scope="module")
def company(stages, request):
    """Of the cells that mostly wait, those that are to be played in this run."""
    name = test_a_fault_that_takes_time_costs_what_is_promised.__name__
    cells = [item.callspec.params["cell"] for item in request.session.items
             if getattr(item, "originalname", "") == name]
    return Company(cells, stages.new_place)


def show(stage, request):
    """Its log is in the report of a failure, unless it did not even come up."""
    if stage:
        request.node.stash.setdefault(RUNNING, []).append([stage.server])


@each([cell for cell in CELLS if cell.state not in STOPPING and not mostly_waits(cell)])
def test_a_fault_costs_what_is_promised_and_the_pool_serves_again(cell, stages, request, record_property):
    record_property(PLAYED, str(cell))
    place = stages.place(kind_of(cell))
    try:
        place.play(cell)
    finally:
        show(place.last, request)


@timing
@pytest.mark.timeout(180)  # the first plays them all
@each([cell for cell in CELLS if cell.state not in STOPPING and mostly_waits(cell)])
def test_a_fault_that_takes_time_costs_what_is_promised(cell, company, request, record_property):
    record_property(PLAYED, str(cell))
    stage, error = company.verdict(cell)
    show(stage, request)
    if error:
        raise error


@timing  # who takes 500 ms to end is told to by TERM, and then killed
@each([cell for cell in CELLS if cell.state in STOPPING])
def test_a_fault_at_the_end_of_a_daemon_costs_nobody_anything(cell, stages, request, record_property):
    record_property(PLAYED, str(cell))
    stage = stages.get_ending(cell.state)
    show(stage, request)
    stage.check(cell)
