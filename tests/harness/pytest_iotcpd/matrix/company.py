"""Cells that mostly wait are played beside each other, in redirectors of their own."""

import concurrent.futures
import itertools
from collections.abc import Callable, Collection, Iterable, Iterator

from ..quiet_machine import conclusive
from .cells import Cell
from .stage import Stage

#: The state, and whether there is a timeout in it.
Kind = tuple[str, bool]
#: Where it was played, and what was raised.
Verdict = tuple[Stage, BaseException | None]

_BESIDE = 12
_SHARE = 7  #: cells that one stage plays, one after the other


def kind_of(cell: Cell) -> Kind:
    """Cells of one kind can share a stage."""
    return cell.state, cell.promise.needs_timeout


def depends_on_time(cell: Cell) -> bool:
    """Where a disturbed machine can be the reason of a failure."""
    return cell.promise.needs_timeout or cell.state == "resting"


def mostly_waits(cell: Cell) -> bool:
    """For a timeout, or for the grace in which who has closed its pipes may end."""
    return cell.promise.needs_timeout or cell.promise.condemned in ("closed-stdout", "broken-stdin")


def play(stage: Stage, cell: Cell) -> None:
    """The cell, twice where time decides and something disturbed it."""
    if depends_on_time(cell):
        conclusive(lambda: stage.play(cell))
    else:
        stage.play(cell)


class Company:
    """Plays all `cells` at once when the first verdict is asked for. `make(kind)` starts a Stage for it,
    `end(stage)` ends one."""

    def __init__(self, cells: Collection[Cell], make: Callable[[Kind], Stage],
                 end: Callable[[Stage], object]) -> None:
        self._cells, self._make, self._end = cells, make, end
        self._verdicts: dict[Cell, Verdict] | None = None

    def verdict(self, cell: Cell) -> Verdict:
        """(stage, error): where it was played, and what was raised, or None."""
        if self._verdicts is None:
            with concurrent.futures.ThreadPoolExecutor(_BESIDE) as pool:
                shares = list(pool.map(self._play_share, self._shares()))
            self._verdicts = {cell: verdict for share in shares for cell, verdict in share.items()}
        return self._verdicts[cell]

    def _shares(self) -> Iterator[list[Cell]]:
        for _, group in itertools.groupby(sorted(self._cells, key=kind_of), kind_of):
            alike = list(group)
            yield from (alike[start:start + _SHARE] for start in range(0, len(alike), _SHARE))

    def _play_share(self, cells: Iterable[Cell]) -> dict[Cell, Verdict]:
        verdicts: dict[Cell, Verdict] = {}
        stage: Stage | None = None
        for cell in cells:
            stage = stage or self._make(kind_of(cell))
            error = _error_of(stage, cell)
            verdicts[cell] = stage, error
            if error:  # nobody knows what state it is in
                self._end(stage)
                stage = None
        if stage:
            self._end(stage)
        return verdicts


def _error_of(stage: Stage, cell: Cell) -> BaseException | None:
    try:
        play(stage, cell)
    except BaseException as error:  # a skip is none of Exception's
        return error
    return None
