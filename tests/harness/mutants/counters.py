"""The statistics block, with the labels of iotcpd."""

import time

OUTCOMES = ("replied", "timeout", "failed", "unknown")
_EDGES_MS = (0, 100, 250, 500, 750, 1000)
BUCKETS = tuple(f"queries {low}-{high}" for low, high in zip(_EDGES_MS, (*_EDGES_MS[1:], "")))
CONDEMNED = ("timeout", "stray-output", "oversize-reply", "closed-stdout", "broken-stdin")
FAILED = ("eof", "oversize", "queue-timeout", "daemon-death", "oversize-reply", "drain-timeout")


def bucket_of(milliseconds):
    """Label of the half-open bucket a reply of that age belongs to."""
    return BUCKETS[sum(milliseconds >= edge for edge in _EDGES_MS[1:])]


class Counters(dict):
    """{label: count}."""

    def __init__(self):
        names = [f"queries {name}" for name in ("total", "replied", "delayed", *OUTCOMES[1:])]
        names += [*BUCKETS, "daemon spawns", "daemon deaths", "daemon retired"]
        names += [f"condemned {cause}" for cause in CONDEMNED]
        names += [f"failed {cause}" for cause in FAILED]
        super().__init__(dict.fromkeys([*names, "unknown reset"], 0))
        self._start = time.monotonic()

    def block(self, gauges):
        """The block as iotcpd prints it; `gauges` are counts of now, in the same form."""
        values = {**self, **gauges, "uptime": int(time.monotonic() - self._start),
                  "version": "mutant"}
        lines = [f"{label:<26}{value}" for label, value in values.items()]
        return "\n".join([" --- statistics ---- >8 -------", *lines,
                          " --- statistics ---- 8< -------", ""])
