"""What a process holds: descriptors by kind, threads, zombies, memory. Taken before and after, compared."""

import collections
import dataclasses
import re
from typing import Self

from . import proc


@dataclasses.dataclass(frozen=True)
class Footprint:
    descriptors: collections.Counter  #: by kind of link target, numbers left out: "pipe", "socket", path
    threads: int
    zombies: int
    rss_kib: int

    @classmethod
    def of(cls, pid: int) -> Self:
        kinds = (re.sub(r":?\[\d+\]$", "", target) for target in proc.open_fds(pid).values())
        return cls(collections.Counter(kinds), proc.threads(pid), len(proc.zombies(pid)), proc.rss_kib(pid))

    def assert_not_above(self, baseline: "Footprint", rss_slack_kib: int) -> None:
        """Nothing more than at `baseline`, apart from memory within `rss_slack_kib`."""
        more = self.descriptors - baseline.descriptors
        assert not more, f"descriptors more than before: {dict(more)}"
        assert self.threads <= baseline.threads, f"{self.threads} threads, {baseline.threads} before"
        assert self.zombies == 0, f"{self.zombies} zombies"
        grown = self.rss_kib - baseline.rss_kib
        assert grown <= rss_slack_kib, f"resident memory grew by {grown} KiB from {baseline.rss_kib}"
