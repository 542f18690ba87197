"""Daemons that end have successors: as many as have ended, not too soon, and soon enough."""

from collections.abc import Iterator
from typing import Any

from ...deadline import scaled
from .. import records
from ..incarnations import Incarnation
from ..segment import Segment
from ..verdict import Checker, Violation

_CONDEMNED = ("timeout", "stray-output", "oversize-reply", "closed-stdout", "broken-stdin", "probe",
              "unknown-id")
_LONGEST_DELAY_S = 60.0
_JITTER = 1.25  #: by which a delay may be longer


def back_off_s(unserved_deaths: int, first_s: float) -> float:
    """Least delay of the start after that many deaths in a row without having served."""
    if unserved_deaths < 2:
        return 0.0
    return min(first_s * 2.0 ** (unserved_deaths - 2), _LONGEST_DELAY_S)


def ended(stats: dict[str, Any]) -> int:
    """Processes of the pool that have come to their end, each counted by how it did."""
    return (stats["daemon deaths"] + stats.get("daemon retired", 0)
            + sum(stats.get(f"condemned {cause}", 0) for cause in _CONDEMNED))


class RespawnAlgebra(Checker):
    """spawns = initial + crashes + kills + refreshes, as the statistics and as the journal have
    them. A successor that finds its slot's incumbent dead stands for the respawn, so that daemons
    retired are counted, not refreshes."""

    name = "respawn algebra"

    def __init__(self) -> None:
        self._last_numbers: dict[int, int] = {}

    def check(self, segment: Segment) -> list[Violation]:
        return [*self._sum(segment), *self._starts(segment), *self._deaths(segment),
                *self._numbers(segment), *self._lost_slots(segment)]

    def _sum(self, segment: Segment) -> Iterator[Violation]:
        after, n = segment.after, segment.promises.num_daemons
        expected = n + ended(after) - after["daemon S_SPAWNING"]
        if after["daemon spawns"] != expected:
            yield self.violation(
                f"{after['daemon spawns']} spawns: {n} initial + {ended(after)} ended "
                f"- {after['daemon S_SPAWNING']} waiting")
        places = sum(after[f"daemon {state}"] for state in (
            "S_AVAILABLE", "S_BUSY", "S_SPAWNING", "S_STARTING"))
        if places != n:
            yield self.violation(f"{places} slots of {n}")

    def _starts(self, segment: Segment) -> Iterator[Violation]:
        """One that is starved may be killed before it can tell of its start; and the journal is read
        a little later than the statistics."""
        spawns, most = segment.after["daemon spawns"], segment.incarnations.count
        least = most - sum(segment.asked_ns is not None and started.started_ns >= segment.asked_ns
                           for started in segment.incarnations.started)
        if not least <= spawns <= most:
            yield self.violation(f"{spawns} spawns, the journal has {least} to {most}",
                                 timing=spawns > most)

    def _deaths(self, segment: Segment) -> Iterator[Violation]:
        """Nobody is said to have died who has not."""
        died = {incarnation.daemon for incarnation in segment.incarnations.all()
                if incarnation.ended_ns is not None
                or incarnation.daemon.pid in segment.killed}
        deaths = segment.grown("daemon deaths")
        if deaths > len(died):
            yield self.violation(f"{deaths} deaths, the journal has {len(died)}",
                                 daemons=tuple(died)[:8])

    def _lost_slots(self, segment: Segment) -> Iterator[Violation]:
        """The last of a slot has ended, and its successor should have started long ago."""
        for last in segment.incarnations.newest():
            if not last.died_by_itself() or self._failed_beside_another(last):
                continue
            ends = 0 if last.served else last.unserved_ends + 1
            longest_s = back_off_s(ends, segment.promises.alarm_interval_s) * _JITTER
            if segment.cut_ns - last.ended_ns > segment.promises.late_ns(longest_s):
                yield self.violation("its slot has no successor", daemons=(last.daemon,),
                                     times_ns=(last.ended_ns, segment.cut_ns), timing=True)

    @staticmethod
    def _failed_beside_another(last: Incarnation) -> bool:
        """Perhaps a refresh has started it, and one that is older still has the slot."""
        before = last.predecessor
        while last.doubtful and before:
            if before.ended_ns is None:
                return True
            before = before.predecessor
        return False

    def _numbers(self, segment: Segment) -> Iterator[Violation]:
        """In the order of the numbers: of two that start side by side the second may tell first."""
        started = sorted(incarnation.daemon for incarnation in segment.incarnations.started)
        for daemon in started:
            before = self._last_numbers.get(daemon.worker, 0)
            self._last_numbers[daemon.worker] = daemon.incarnation
            if daemon.incarnation != before + 1:
                yield self.violation(f"incarnations of a slot do not count up by one after {before}",
                                     daemons=(daemon,), timing=True)


class BackOff(Checker):
    """Whoever keeps dying without having served is started later and later. No upper bound here:
    that is `recovery`. While daemons are refreshed on demand, two of a slot live side by side, and
    nothing is said."""

    name = "respawn algebra"

    def check(self, segment: Segment) -> list[Violation]:
        return [violation for incarnation in segment.incarnations.started
                if not incarnation.doubtful
                for violation in self._of_start(segment, incarnation)]

    def _of_start(self, segment: Segment, incarnation: Incarnation) -> Iterator[Violation]:
        before = incarnation.predecessor
        if not before or not incarnation.follows_a_death():
            return
        if before.ended_ns - before.started_ns > _LONGEST_DELAY_S * 1e9:
            return
        waited_s = (incarnation.started_ns - before.ended_ns) / 1e9
        least_s = back_off_s(incarnation.unserved_deaths, segment.promises.alarm_interval_s)
        if waited_s < least_s:
            yield self.violation(
                f"{waited_s:.3f} s after death {incarnation.unserved_deaths} in a row, "
                f"at least {least_s:g} s were due", daemons=(before.daemon, incarnation.daemon),
                times_ns=(before.ended_ns, incarnation.started_ns))


class Recovery(Checker):
    """After the faults have stopped there are K successes within T."""

    name = "recovery"

    def check(self, segment: Segment) -> list[Violation]:
        if segment.faults_stopped_ns is None:
            return []
        promises, stopped_ns = segment.promises, segment.faults_stopped_ns
        successes_ns = sorted(record.ended_ns for _, record in segment.clients()
                              if record.outcome == records.REPLY
                              and record.invoked_ns >= stopped_ns)
        if len(successes_ns) < promises.recovery_successes:
            return [self.violation(f"{len(successes_ns)} successes after the faults had stopped, "
                                   f"{promises.recovery_successes} wanted",
                                   times_ns=(stopped_ns,), timing=True)]
        took_s = (successes_ns[promises.recovery_successes - 1] - stopped_ns) / 1e9
        if took_s <= scaled(promises.recovery_s):
            return []
        return [self.violation(f"{promises.recovery_successes} successes took {took_s:.3f} s",
                               times_ns=(stopped_ns,), timing=True)]
