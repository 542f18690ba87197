"""Class Place: where cells of one kind are played, one after the other."""

from collections.abc import Callable

from ..quiet_machine import conclusive
from .cells import Cell
from .stage import Stage

#: The state, whether there is a timeout in it, and whether connections are kept.
Kind = tuple[str, bool, bool]


def kind_of(cell: Cell) -> Kind:
    """Cells of one kind can share a stage."""
    return cell.state, cell.promise.needs_timeout, cell.queue == "pipelined"


def depends_on_time(cell: Cell) -> bool:
    """Where a disturbed machine can be the reason of a failure."""
    return cell.promise.needs_timeout or cell.state == "resting"


class Place:
    """Has one Stage at a time, from `make(kind)`. After a failure nobody knows what state that is in: it goes
    to `abandon(stage)`, and there will be another; at the end to `end(stage)`."""

    def __init__(self, kind: Kind, make: Callable[[Kind], Stage], end: Callable[[Stage], object],
                 abandon: Callable[[Stage], object]) -> None:
        self._kind, self._make, self._end, self._abandon = kind, make, end, abandon
        self._stage: Stage | None = None
        self.last: Stage | None = None  #: that something was played in

    def play(self, cell: Cell) -> None:
        """The cell; twice where time decides and something disturbed it."""
        if depends_on_time(cell):
            conclusive(lambda: self._play_once(cell))
        else:
            self._play_once(cell)

    def _play_once(self, cell: Cell) -> None:
        self._stage = self.last = self._stage or self._make(self._kind)
        try:
            self._stage.play(cell)
        except BaseException:  # a skip is none of Exception's
            stage, self._stage = self._stage, None
            self._abandon(stage)
            raise

    def close(self) -> None:
        """Ends the stage that is there."""
        if self._stage:
            self._end(self._stage)
            self._stage = None
