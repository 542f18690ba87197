"""Every fault in every state of its daemon, with an empty queue and a full one: what the client gets, what
the redirector counts, and that the pool serves again."""

import pytest

from pytest_iotcpd.matrix import CELLS, PLAYED, EndingStage, Stage
from pytest_iotcpd.quiet_machine import conclusive
from pytest_iotcpd.running import RUNNING

pytestmark = pytest.mark.xdist_group("timing")

STOPPING = ("stopping on drain", "stopping on refresh")


def of_states(*, stopping):
    cells = [cell for cell in CELLS if (cell.state in STOPPING) == stopping]
    return pytest.mark.parametrize("cell", cells, ids=str)


class Stages:
    """One redirector for all cells of a kind. One in which a cell went wrong is not used again."""

    def __init__(self, iotcpd_binary, fake_daemon_binary, folders):
        self._binaries = iotcpd_binary, fake_daemon_binary
        self._folders = folders
        self._open = {}

    def get(self, kind, make, node):
        if kind not in self._open:
            self._open[kind] = make(*self._binaries, self._folders.mktemp("stage"))
        stage = self._open[kind]
        node.stash.setdefault(RUNNING, []).append([stage.server])  # its log is in the report of a failure
        return stage

    def close(self, kind):
        """Ends it; returns what was wrong with that."""
        server = self._open.pop(kind).server
        unexpected = server.unexpected_log_lines()
        return server.shut_down() + [f"unexpected in the log: {line}" for line in unexpected]

    def close_all(self):
        return [fault for kind in list(self._open) for fault in self.close(kind)]


@pytest.fixture(scope="module")
def stages(iotcpd_binary, fake_daemon_binary, tmp_path_factory):
    opened = Stages(iotcpd_binary, fake_daemon_binary, tmp_path_factory)
    yield opened
    assert not (faults := opened.close_all()), faults


@of_states(stopping=False)
def test_a_fault_costs_what_is_promised_and_the_pool_serves_again(cell, stages, request, record_property):
    record_property(PLAYED, str(cell))
    kind = cell.state, cell.expect.needs_timeout

    def play():
        try:
            stages.get(kind, lambda *where: Stage(*where, *kind), request.node).play(cell)
        except BaseException:
            stages.close(kind)
            raise

    # Only where time decides can a disturbed machine be the reason of a failure.
    if depends_on_time(cell):
        conclusive(play)
    else:
        play()


def depends_on_time(cell):
    return cell.expect.needs_timeout or cell.state == "resting"


@of_states(stopping=True)
def test_a_fault_at_the_end_of_a_daemon_costs_nobody_anything(cell, stages, request, record_property):
    record_property(PLAYED, str(cell))
    cells = [other for other in CELLS if other.state == cell.state]
    stages.get(cell.state, lambda *where: EndingStage(*where, cell.state, cells), request.node).check(cell)
