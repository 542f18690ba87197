"""The processes of the pool as their journal tells of them, kept from segment to segment."""

import dataclasses
from collections.abc import Collection
from typing import Self

from .records import DaemonName, TimeNs

#: Processes remembered of each slot; older ones have long been replaced.
REMEMBERED = 16


@dataclasses.dataclass(slots=True)
class Incarnation:
    """From its start to what is known of its end."""
    daemon: DaemonName
    started_ns: int
    predecessor: Self | None = None     #: the slot's process before it
    ended_ns: TimeNs = None             #: it ended by itself
    reason: str | None = None           #: why it did
    served: bool = False                #: a client got a reply of it
    poisoned_ns: int | None = None      #: from when on it must not serve any more
    poisoned_by: str | None = None
    unserved_deaths: int = 0            #: in a row in this slot up to its start
    doubtful: bool = False              #: it may be the successor that a refresh has started
    unserved_ends: int = 0              #: likewise, those that were put to an end included

    def died_by_itself(self) -> bool:
        return self.reason not in (None, "term", "eof")

    def follows_a_death(self) -> bool:
        """The slot's process before it had died by then: it was not started beside one that was
        condemned, or refreshed."""
        before = self.predecessor
        return (before is not None and before.died_by_itself()
                and before.ended_ns <= self.started_ns)

    def poison(self, t_ns: int, cause: str) -> None:
        """Only the first one counts."""
        if self.poisoned_ns is None or t_ns < self.poisoned_ns:
            self.poisoned_ns, self.poisoned_by = t_ns, cause


class Incarnations:
    """All that are remembered, by name; `started` are those of the segment in order."""

    def __init__(self) -> None:
        self._by_name: dict[DaemonName, Incarnation] = {}
        self._slots: dict[int, list[Incarnation]] = {}
        self.started: list[Incarnation] = []
        self.count = 0  #: since the beginning
        self._refreshes = 0, 0  #: at the ends of the last two segments

    def get(self, name: DaemonName | None) -> Incarnation | None:
        return self._by_name.get(name) if name else None

    def newest(self) -> list[Incarnation]:
        """The last of each slot."""
        return [slot[-1] for slot in self._slots.values()]

    def all(self) -> Collection[Incarnation]:
        return self._by_name.values()

    def start(self, name: DaemonName, t_ns: int) -> None:
        slot = self._slots.setdefault(name.worker, [])
        incarnation = Incarnation(name, t_ns, slot[-1] if slot else None)
        slot.append(incarnation)
        self._by_name[name] = incarnation
        self.started.append(incarnation)
        self.count += 1

    def count_deaths(self, refreshes: int) -> None:
        """For those of the segment, once it is known who has served; `refreshes` are those since the
        beginning. The failure of a successor delays the refresh and not its slot, and a refresh may
        go on after the segment that it began in."""
        doubtful = refreshes > self._refreshes[0]
        self._refreshes = self._refreshes[1], refreshes
        for incarnation in self.started:
            incarnation.doubtful = doubtful
            before = incarnation.predecessor
            if not before or before.served:
                continue
            incarnation.unserved_ends = before.unserved_ends + 1
            if not doubtful:
                died = incarnation.follows_a_death() and not before.doubtful
                incarnation.unserved_deaths = before.unserved_deaths + died

    def forget_old(self) -> None:
        """The segment is over."""
        self.started = []
        for slot in self._slots.values():
            for incarnation in slot[:-REMEMBERED]:
                del self._by_name[incarnation.daemon]
            del slot[:-REMEMBERED]
            slot[0].predecessor = None
