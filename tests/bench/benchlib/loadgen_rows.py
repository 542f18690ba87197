"""The measurements behind the rows of `scripts/bench loadgen`; each phase returns its rows."""

import dataclasses
import os
import statistics
import subprocess
import tempfile

from .cores import CLIENT_CORE, favoured
from .generator_run import GeneratorRun
from .generators import (
    KEEP_ALIVE,
    PIPELINED,
    SINGLE,
    ApacheBench,
    Bare,
    Httperf,
    Loadgen,
    RedisBenchmark,
    Wrk,
)
from .line_server import LineServer
from .report import Row, notes
from .rounds import interleave
from .server import BenchError

MEGABYTE = 1e6
FEW, MANY = 1_000_000, 10_000_000

PEERS = {
    SINGLE: (ApacheBench, RedisBenchmark, Httperf),
    KEEP_ALIVE: (Wrk, RedisBenchmark),
    PIPELINED: (RedisBenchmark,),
}


@dataclasses.dataclass
class Plan:
    """What to measure, and for how long."""

    loadgen: str  # path; a bare client's stands for the bare clients
    folder: str  # of this repository's programs
    rounds: int
    most_rounds: int  # with those that others have disturbed
    burst_s: float
    memory_rounds: int
    few: int = FEW
    many: int = MANY
    missing: set = dataclasses.field(default_factory=set)  # peers, as they turn out to be

    def program(self, name):
        return os.path.join(self.folder, name)

    def ours(self, mode, json_file):
        if os.path.basename(self.loadgen).startswith("bare"):
            return Bare(mode, self.folder)
        return Loadgen(mode, self.loadgen, json_file)

    def peers(self, mode):
        """Those that are installed."""
        peers = [make(mode) for make in PEERS[mode]]
        self.missing |= {f"{peer.program} ({peer.package})" for peer in peers if peer.is_missing}
        return [peer for peer in peers if not peer.is_missing]

    def compare(self, run, sides):
        for side in sides:
            run.warm_up(side)
            side.tune(lambda side=side: run.burst(side)["rate"])
        bursts = [lambda side=side: run.burst(side) for side in sides]
        return interleave(self.rounds, self.most_rounds, *bursts)

    def server(self, mode):
        return LineServer(self.program("line-server"), *(["--close"] if mode.closes else []))


class Measured:
    """All generators of one mode, interleaved: ours first, the bare client last."""

    def __init__(self, plan, mode):
        self._mode = mode
        with tempfile.TemporaryDirectory() as folder:
            ours = plan.ours(mode, os.path.join(folder, "result.json"))
            self._sides = [ours, *plan.peers(mode), Bare(mode, plan.folder)]
            with favoured(), plan.server(mode) as server:
                run = GeneratorRun(server, plan.burst_s)
                self._comparison = plan.compare(run, self._sides)

    def best(self, makes=None):
        """Index of the fastest peer, of those of class `makes` if given; None when none is there."""
        rates = self._comparison.medians("rate")
        peers = [i for i, side in enumerate(self._sides[1:-1], 1) if isinstance(side, makes or object)]
        return max(peers, key=lambda i: rates[i], default=None)

    def rate_row(self, peer, limit, what=None):
        name = self._sides[peer].name
        rates = self._comparison.medians("rate")
        others = [
            f"{side.name} {rate:,.0f}"
            for i, (side, rate) in enumerate(zip(self._sides, rates))
            if what and i not in (0, peer, len(rates) - 1)
        ]
        return Row(
            f"rate_{self._mode.key}_{self._sides[peer].program}",
            f"requests/s, {self._mode.title}, {self._sides[0].name} / {what or ''}{name}",
            self._comparison.ratios("rate", 0, peer),
            sense=">=",
            limit=limit,
            note=notes(
                f"{rates[0]:,.0f} / {rates[peer]:,.0f} per s", *others, self._comparison.remark
            ),
            sides=(rates[0], rates[peer]),
        )

    def cpu_row(self):
        costs = self._comparison.medians("cpu_us")
        bare = len(costs) - 1
        peers = [
            f"{side.name} {cost:.2f}" for side, cost in zip(self._sides[1:-1], costs[1:-1])
        ]
        return Row(
            f"cpu_{self._mode.key}",
            f"CPU per request, {self._mode.title}, "
            f"{self._sides[0].name} / {self._sides[bare].name}",
            self._comparison.ratios("cpu_us", 0, bare),
            limit=1.15,
            note=notes(
                f"{costs[0]:.2f} / {costs[bare]:.2f} µs", *peers, self._comparison.remark
            ),
            sides=(costs[0], costs[bare]),
        )


def single(plan):
    """One connection per request: against the best of three."""
    measured = Measured(plan, SINGLE)
    best = measured.best()
    rates = [measured.rate_row(best, 0.97, "the best peer, ")] if best else []
    return [*rates, measured.cpu_row()]


def keep_alive(plan):
    measured = Measured(plan, KEEP_ALIVE)
    peers = ((measured.best(Wrk), 0.97), (measured.best(RedisBenchmark), 1.3))
    rates = [measured.rate_row(peer, limit) for peer, limit in peers if peer]
    return [*rates, measured.cpu_row()]


def pipelined(plan):
    measured = Measured(plan, PIPELINED)
    peer = measured.best(RedisBenchmark)
    rates = [measured.rate_row(peer, 0.97)] if peer else []
    return [*rates, measured.cpu_row()]


# -- memory -----------------------------------------------------------------------------------


def peak_kib(generator, port, requests, folder):
    """The most memory the program ever had resident.

    Through time(1), which is small: a child's figure is never below what its parent had.
    """
    figures = os.path.join(folder, "peak")
    done = subprocess.run(
        [
            *("/usr/bin/time", "-f", "%M", "-o", figures),
            *generator.command(port, requests, seconds=0),
        ],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: os.sched_setaffinity(0, {CLIENT_CORE}),
    )
    if done.returncode not in (0, *generator.tolerated):
        raise BenchError(f"{generator.name} ended with {done.returncode}: {done.stderr.strip()}")
    answered, _ = generator.read(done.stdout)
    if answered < requests:
        raise BenchError(f"{generator.name}: {answered} requests instead of {requests}")
    with open(figures, encoding="ascii") as file:
        return int(file.read().split()[-1])


def memory(plan):
    """That it is little, and does not grow with the number of requests."""
    if not os.access("/usr/bin/time", os.X_OK):
        plan.missing.add("time (time)")
        return []
    few, many = [], []
    with (
        tempfile.TemporaryDirectory() as folder,
        favoured(),
        plan.server(PIPELINED) as server,
    ):
        ours = plan.ours(PIPELINED, os.path.join(folder, "result.json"))
        for _ in range(plan.memory_rounds):
            few.append(peak_kib(ours, server.port, plan.few, folder))
            many.append(peak_kib(ours, server.port, plan.many, folder))
    return [
        Row(
            "memory",
            f"most memory ever resident, {plan.many:,} requests",
            [kib * 1024 / MEGABYTE for kib in many],
            unit="MB",
            limit=20,
            judged="max",
            digits=2,
        ),
        Row(
            "memory_growth",
            f"the same, {plan.many:,} requests - {plan.few:,}",
            [late - early for early, late in zip(few, many)],
            unit="KiB",
            limit=256,
            digits=0,
            note=f"{statistics.median(few):,.0f} KiB with {plan.few:,}",
        ),
    ]


# -- noise ------------------------------------------------------------------------------------


def noise(mode, plan):
    """Every peer and bare client against itself: how far from 1 a ratio may be for no reason."""
    rows = []
    with favoured(), plan.server(mode) as server:
        run = GeneratorRun(server, plan.burst_s)
        for generator in [*plan.peers(mode), Bare(mode, plan.folder)]:
            comparison = plan.compare(run, [generator, generator])
            for figure, title in (("rate", "requests/s"), ("cpu_us", "CPU per request")):
                rows.append(
                    Row(
                        f"noise_{figure}_{mode.key}_{generator.program}",
                        f"{title}, {mode.title}, {generator.name} / itself",
                        comparison.ratios(figure),
                        note=comparison.remark,
                    )
                )
    return rows
