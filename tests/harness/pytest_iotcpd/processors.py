"""Whether the processors were overcommitted: then being late says nothing of the program."""

from . import proc

_MOST_PRESSURE_PERCENT = 50
_LEAST_IDLE_PERCENT = 5
_LEAST_TICKS = 100  #: of all processors together, a hundredth of a second each


class Processors:
    """From its making on. Pressure alone does not tell: who takes turns with somebody that never sleeps
    waits for a few slices only, and is slow all the same."""

    def __init__(self) -> None:
        self._before = proc.cpu_ticks()

    def overload(self) -> str | None:
        """How that shows, as a sentence; None when they were not overcommitted."""
        pressure = proc.cpu_pressure_percent()
        if pressure > _MOST_PRESSURE_PERCENT:
            return f"CPU pressure is {pressure:.0f} %"
        return self.exhaustion()

    def exhaustion(self) -> str | None:
        """A sentence when they hardly rested; None also while there is too little to tell."""
        now, before = proc.cpu_ticks(), self._before
        spent = now.total - before.total
        percent = 100 * (now.idle - before.idle) / spent if spent >= _LEAST_TICKS else 100.0
        rested = percent >= _LEAST_IDLE_PERCENT
        return None if rested else f"the processors were idle for {percent:.0f} % of the time"
