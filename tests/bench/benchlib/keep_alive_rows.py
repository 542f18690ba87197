"""The rows on connections that are kept: what they save, and what pipelining saves on top."""

from .cores import at_home
from .plan import CLIENTS, DAEMONS, ratio_row
from .report import Row, notes
from .server import Server

KEEP_ALIVE = ("--keep-alive",)
CONCURRENT = ("--keep-alive", "--concurrency", "64")
CONCURRENT_DAEMONS = 2
STREAMS = 8  # of the pipelined load
DEPTH = 32
PER_CORE = "{:,.0f} / {:,.0f} per s of one core"


def keep_alive(plan):
    """The same requests one per connection, over kept connections, and through a bare loop that
    keeps them; echoing fakes behind all three, everything on one core."""
    fake, single, kept = plan.program("iotcpd-fake-daemon"), plan.client, plan.keeping()
    with (
        at_home(),
        Server(plan.iotcpd, DAEMONS, KEEP_ALIVE, daemon=fake) as ours,
        Server(plan.iotcpd, DAEMONS, daemon=fake) as closing,
        Server(plan.program("bare-keep-alive"), DAEMONS, daemon=fake) as bare,
    ):
        plan.warm_up(ours, bare, client=kept)
        plan.warm_up(closing)
        comparison = plan.interleave(
            lambda: kept.run(ours, CLIENTS, plan.burst_s),
            lambda: single.run(closing, CLIENTS, plan.burst_s),
            lambda: kept.run(bare, CLIENTS, plan.burst_s),
            times=2,
        )
    against = f"requests/s, {DAEMONS} fakes, {CLIENTS} clients, iotcpd --keep-alive / "
    rate = {"figure": "rate", "absolute": PER_CORE, "sense": ">="}
    return [
        ratio_row(
            "rate_keep_alive", against + "one connection per request", comparison, limit=2.5, **rate
        ),
        ratio_row(
            "rate_keep_alive_bare",
            against + "a bare keep-alive loop",
            comparison,
            other=2,
            limit=0.9,
            **rate,
        ),
        ratio_row(
            "cpu_keep_alive",
            f"CPU per request, {CLIENTS} clients, iotcpd --keep-alive / a bare keep-alive loop",
            comparison,
            other=2,
        ),
    ]


def pipelined(plan):
    """Client, redirector and daemons share all cores, as the scheduler likes."""
    fake = plan.program("iotcpd-fake-daemon") + " --personality squid-channel"
    deep = plan.keeping(DEPTH)
    with Server(plan.iotcpd, CONCURRENT_DAEMONS, CONCURRENT, daemon=fake) as server:
        plan.warm_up(server, client=deep, connections=STREAMS)
        comparison = plan.interleave(
            lambda: deep.run(server, STREAMS, plan.burst_s), most_foreign=1
        )
    figures = [sides[0] for sides in comparison.rounds]
    cpu_us, p50_us = comparison.medians("cpu_us")[0], comparison.medians("p50_us")[0]
    return [
        Row(
            "rate_pipelined",
            f"replies/s, {STREAMS} connections pipelined {DEPTH}, --concurrency 64, "
            f"{CONCURRENT_DAEMONS} fakes, all on all cores",
            [figure["wall_rate"] for figure in figures],
            unit="/s",
            sense=">=",
            limit=500_000,
            digits=0,
            note=notes(f"iotcpd {cpu_us:.2f} µs of CPU per request; a batch takes {p50_us:.0f} µs"),
        )
    ]
