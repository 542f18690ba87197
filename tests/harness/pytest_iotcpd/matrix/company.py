"""Cells that mostly wait are played beside each other, in redirectors of their own."""

import concurrent.futures
import itertools
from collections.abc import Callable, Collection, Iterable, Iterator

from .cells import Cell
from .place import Kind, Place, kind_of
from .stage import Stage

#: Where it was played last, and what was raised.
Verdict = tuple[Stage | None, BaseException | None]

_BESIDE = 12
_SHARE = 7  #: cells that one place plays, one after the other


def mostly_waits(cell: Cell) -> bool:
    """For a timeout, or for the grace in which who has closed its pipes may end."""
    return cell.promise.needs_timeout or cell.promise.condemned in ("closed-stdout", "broken-stdin")


class Company:
    """Plays all `cells` at once when the first verdict is asked for, each share of one kind in its
    `place(kind)`."""

    def __init__(self, cells: Collection[Cell], place: Callable[[Kind], Place]) -> None:
        self._cells, self._place = cells, place
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
        first, *others = cells
        place = self._place(kind_of(first))
        verdicts: dict[Cell, Verdict] = {}
        for cell in (first, *others):
            error = _error_of(place, cell)
            verdicts[cell] = place.last, error
        place.close()
        return verdicts


def _error_of(place: Place, cell: Cell) -> BaseException | None:
    try:
        place.play(cell)
    except BaseException as error:  # a skip is none of Exception's
        return error
    return None
