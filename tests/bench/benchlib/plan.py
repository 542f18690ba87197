"""What a run of `scripts/bench redirector` measures with, and for how long."""

import dataclasses
import os

from .cores import OTHER_CORES
from .load import Client, KeepingClient
from .report import Row, notes
from .rounds import interleave

DAEMONS = 8
CLIENTS = 64
WARM_UP_S = 0.3


@dataclasses.dataclass
class Plan:
    """What to measure, and for how long."""

    folder: str  # where the programs of this repository are
    iotcpd: str
    client: Client  # one connection per request
    rounds: int
    most_rounds: int  # with those that others have disturbed
    burst_s: float
    kills: int = 0
    starts: int = 0

    def program(self, name):
        """Path of a program of ours."""
        return os.path.join(self.folder, name)

    @property
    def bare(self):
        return self.program("bare-redirector")

    def keeping(self, depth=1):
        """A client that keeps its connections and has `depth` requests outstanding on each."""
        return KeepingClient(self.program("bare-stream"), depth)

    def warm_up(self, *servers, client=None, connections=CLIENTS):
        for server in servers:
            server.await_pool()
            (client or self.client).run(server, connections, WARM_UP_S)

    def compare(self, first, second, connections=CLIENTS):
        """Rounds of both servers under the same load, all on one core."""
        return self.interleave(
            lambda: self.client.run(first, connections, self.burst_s),
            lambda: self.client.run(second, connections, self.burst_s),
        )

    def compare_apart(self, first, second):
        """The same with the client on other cores than servers and daemons."""

        def burst(server):
            return self.client.run(server, CLIENTS, self.burst_s, OTHER_CORES)

        return self.interleave(lambda: burst(first), lambda: burst(second), most_foreign=1)

    def interleave(self, *bursts, times=1, **how):
        """As many rounds of these as this run has, or so many times that."""
        return interleave(self.rounds * times, self.most_rounds * times, *bursts, **how)


def ratio_row(
    key,
    title,
    comparison,
    figure="cpu_us",
    absolute="{:.1f} / {:.1f} µs",
    one=0,
    other=1,
    **limit,
):
    """What the side `one` has of `figure`, per what the side `other` has."""
    medians = comparison.medians(figure)
    sides = (medians[one], medians[other])
    note = notes(absolute.format(*sides), comparison.remark)
    ratios = comparison.ratios(figure, one, other)
    return Row(key, title, ratios, note=note, sides=sides, **limit)
