"""The processes of the pool as their journal tells of them, kept from segment to segment."""

import dataclasses

#: Processes remembered of each slot; older ones have long been replaced.
REMEMBERED = 16


@dataclasses.dataclass(slots=True)
class Incarnation:
    """From its start to what is known of its end."""
    daemon: object
    started_ns: int
    predecessor: object = None          #: the slot's process before it
    ended_ns: int | None = None         #: it ended by itself
    reason: str | None = None           #: why it did
    served: bool = False                #: a client got a reply of it
    poisoned_ns: int | None = None      #: from when on it must not serve any more
    poisoned_by: str | None = None
    unserved_deaths: int = 0            #: in a row in this slot up to its start
    unserved_ends: int = 0              #: likewise, those that were put to an end included

    def died_by_itself(self):
        return self.reason not in (None, "term", "eof")

    def poison(self, t_ns, cause):
        """Only the first one counts."""
        if self.poisoned_ns is None or t_ns < self.poisoned_ns:
            self.poisoned_ns, self.poisoned_by = t_ns, cause


class Incarnations:
    """All that are remembered, by name; `started` are those of the segment in order."""

    def __init__(self):
        self._by_name = {}
        self._slots = {}
        self.started = []
        self.count = 0  #: since the beginning

    def get(self, name):
        return self._by_name.get(name)

    def newest(self):
        """The last of each slot."""
        return [slot[-1] for slot in self._slots.values()]

    def all(self):
        return self._by_name.values()

    def start(self, name, t_ns):
        slot = self._slots.setdefault(name.worker, [])
        incarnation = Incarnation(name, t_ns, slot[-1] if slot else None)
        slot.append(incarnation)
        self._by_name[name] = incarnation
        self.started.append(incarnation)
        self.count += 1

    def count_deaths(self):
        """For those of the segment, once it is known who has served."""
        for incarnation in self.started:
            before = incarnation.predecessor
            if before and not before.served:
                incarnation.unserved_deaths = before.unserved_deaths + before.died_by_itself()
                incarnation.unserved_ends = before.unserved_ends + 1

    def forget_old(self):
        """The segment is over."""
        self.started = []
        for slot in self._slots.values():
            for incarnation in slot[:-REMEMBERED]:
                del self._by_name[incarnation.daemon]
            del slot[:-REMEMBERED]
            slot[0].predecessor = None
