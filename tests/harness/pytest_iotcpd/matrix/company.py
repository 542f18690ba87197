"""Cells that mostly wait are played beside each other, in redirectors of their own."""

import concurrent.futures
import itertools

from ..quiet_machine import conclusive
from .stage import Stage

_BESIDE = 6
_SHARE = 7  #: cells that one stage plays, one after the other


def kind_of(cell):
    """Cells of one kind can share a stage."""
    return cell.state, cell.expect.needs_timeout


def depends_on_time(cell):
    """Where a disturbed machine can be the reason of a failure."""
    return cell.expect.needs_timeout or cell.state == "resting"


def mostly_waits(cell):
    """For a timeout, or for the grace in which who has closed its pipes may end."""
    return cell.expect.needs_timeout or cell.expect.condemned in ("closed-stdout", "broken-stdin")


def play(stage, cell):
    """The cell, twice where time decides and something disturbed it."""
    if depends_on_time(cell):
        conclusive(lambda: stage.play(cell))
    else:
        stage.play(cell)


class Company:
    """Plays all `cells` at once when the first verdict is asked for. `make(kind)` starts a Stage for it,
    `end(stage)` ends one."""

    def __init__(self, cells, make, end):
        self._cells, self._make, self._end = cells, make, end
        self._verdicts = None

    def verdict(self, cell):
        """(stage, error): where it was played, and what was raised, or None."""
        if self._verdicts is None:
            with concurrent.futures.ThreadPoolExecutor(_BESIDE) as pool:
                shares = list(pool.map(self._play_share, self._shares()))
            self._verdicts = {cell: verdict for share in shares for cell, verdict in share.items()}
        return self._verdicts[cell]

    def _shares(self):
        for _, group in itertools.groupby(sorted(self._cells, key=kind_of), kind_of):
            alike = list(group)
            yield from (alike[start:start + _SHARE] for start in range(0, len(alike), _SHARE))

    def _play_share(self, cells):
        verdicts, stage = {}, None
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


def _error_of(stage, cell):
    try:
        play(stage, cell)
    except BaseException as error:  # a skip is none of Exception's
        return error
    return None
