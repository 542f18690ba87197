"""Every fault in every state of its daemon, with an empty queue, a full one and requests that are pipelined:
what the client gets, what the redirector counts, and that the pool serves again."""

import concurrent.futures

import pytest

from pytest_iotcpd.matrix import (CELLS, ENDING_STATES, PLAYED, Company, EndingStage, Place, Stage,
                                  depends_on_time, kind_of, mostly_waits)
from pytest_iotcpd.running import RUNNING

timing = pytest.mark.xdist_group("timing")


def each(cells):
    return pytest.mark.parametrize("cell", [
        pytest.param(cell, id=str(cell), marks=[timing] if depends_on_time(cell) else []) for cell in cells])


class Stages:
    """The redirectors of this run, by what they are for, and what was wrong with their ends."""

    def __init__(self, iotcpd_binary, fake_daemon_binary, folders):
        self._binaries = iotcpd_binary, fake_daemon_binary
        self._folders = folders
        self._places = {}
        self._ending = []
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

    def make_ending(self, state, cells):
        """A stage in which the daemons of these cells, of this state, are stopped."""
        self._ending.append(EndingStage(*self._binaries, self._folders.mktemp("ending"), state, cells))
        return self._ending[-1]

    def _end(self, stage):
        unexpected = stage.server.unexpected_log_lines()
        self.faults += stage.server.shut_down() + [f"unexpected in the log: {line}" for line in unexpected]

    def _abandon(self, stage):
        """It is in the middle of something, and may log anything. No crash is excused by that."""
        self.faults += stage.server.shut_down()

    def close_all(self):
        for place in self._places.values():
            place.close()
        for stage in self._ending:
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


@pytest.fixture(scope="module")
def endings(stages, request):
    """{state: (stage, error)} of those to be played in this run: what was raised, or None. All at once, since
    they wait most of the time."""
    name = test_a_fault_at_the_end_of_a_daemon_costs_nobody_anything.__name__
    cells = [item.callspec.params["cell"] for item in request.session.items
             if getattr(item, "originalname", "") == name]
    made = [stages.make_ending(state, of_state) for state in ENDING_STATES
            if (of_state := [cell for cell in cells if cell.state == state])]
    with concurrent.futures.ThreadPoolExecutor() as pool:
        played = [pool.submit(stage.play) for stage in made]
        return {stage.state: (stage, scene.exception()) for stage, scene in zip(made, played)}


def show(stage, request):
    """Its log is in the report of a failure, unless it did not even come up."""
    if stage:
        request.node.stash.setdefault(RUNNING, []).append([stage.server])


@each([cell for cell in CELLS if cell.state not in ENDING_STATES and not mostly_waits(cell)])
def test_a_fault_costs_what_is_promised_and_the_pool_serves_again(cell, stages, request, record_property):
    record_property(PLAYED, str(cell))
    place = stages.place(kind_of(cell))
    try:
        place.play(cell)
    finally:
        show(place.last, request)


@timing
@pytest.mark.timeout(180)  # the first plays them all
@each([cell for cell in CELLS if cell.state not in ENDING_STATES and mostly_waits(cell)])
def test_a_fault_that_takes_time_costs_what_is_promised(cell, company, request, record_property):
    record_property(PLAYED, str(cell))
    stage, error = company.verdict(cell)
    show(stage, request)
    if error:
        raise error


@timing  # who takes 500 ms to end is told to by TERM, and then killed
@each([cell for cell in CELLS if cell.state in ENDING_STATES])
def test_a_fault_at_the_end_of_a_daemon_costs_nobody_anything(cell, endings, request, record_property):
    record_property(PLAYED, str(cell))
    stage, error = endings[cell.state]
    show(stage, request)
    if error:
        raise error
    stage.check(cell)
