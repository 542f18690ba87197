"""Whether the processors were overcommitted: then being late says nothing of the program."""

import os

from . import proc

_MOST_PRESSURE_PERCENT = 50
_LEAST_IDLE_PERCENT = 5
_LEAST_OF_OTHERS_PERCENT = 10
_MOST_STOLEN_PERCENT = 2
_LEAST_TICKS = 100  #: of all processors together, a hundredth of a second each


class Processors:
    """From its making on. Pressure alone does not tell: who takes turns with somebody that never sleeps
    waits for a few slices only, and is slow all the same. And what this process and its programs do to
    themselves is no excuse: others must have had their share."""

    def __init__(self) -> None:
        self._before, self._own_before = proc.cpu_ticks(), proc.family_ticks(os.getpid())

    def overload(self) -> str | None:
        """How that shows, as a sentence; None when they were not overcommitted."""
        pressure = proc.cpu_pressure_percent()
        if pressure > _MOST_PRESSURE_PERCENT and self._others_percent() >= _LEAST_OF_OTHERS_PERCENT:
            return f"CPU pressure is {pressure:.0f} %"
        return self.exhaustion() or self.theft()

    def exhaustion(self) -> str | None:
        """A sentence when they hardly rested; None also while there is too little to tell."""
        now, before = proc.cpu_ticks(), self._before
        spent = now.total - before.total
        if spent < _LEAST_TICKS:
            return None
        percent = 100 * (now.idle - before.idle) / spent
        if percent >= _LEAST_IDLE_PERCENT or self._others_percent() < _LEAST_OF_OTHERS_PERCENT:
            return None
        return f"the processors were idle for {percent:.0f} % of the time"

    def theft(self) -> str | None:
        """A sentence when the hypervisor gave them to others."""
        now, before = proc.cpu_ticks(), self._before
        percent = 100 * (now.stolen - before.stolen) / max(now.total - before.total, 1)
        return f"{percent:.1f}% of the processors were stolen" if percent > _MOST_STOLEN_PERCENT else None

    def _others_percent(self) -> float:
        """How much of the processors processes of others have used. All, while there is too little to tell."""
        now, before = proc.cpu_ticks(), self._before
        spent = now.total - before.total
        if spent < _LEAST_TICKS:
            return 100.0
        own = proc.family_ticks(os.getpid()) - self._own_before
        return 100 * (now.working - before.working - own) / spent
