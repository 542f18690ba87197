"""The row on latency at half load: requests that are due at a given rate, whatever the server does."""

from . import loadgen_burst
from .cores import HOME_CORE, OTHER_CORES, bound_to
from .load import LINE
from .plan import CLIENTS, DAEMONS, WARM_UP_S, ratio_row
from .server import Server

LOAD = 0.5  # of what the slower of the two can do
LIMIT = 1.2
SHORTEST_S = 1.0


def latency(plan):
    comparison, rate = compare_paced(plan, plan.iotcpd, plan.bare)
    return [
        ratio_row(
            f"latency_{name}",
            f"{name} at {rate:,.0f} requests/s, {LOAD:.0%} load, one per connection, iotcpd / bare",
            comparison,
            f"{name}_us",
            limit=LIMIT,
        )
        for name in ("p50", "p90")
    ]


def compare_paced(plan, first, second):
    """(comparison of the two programs, requests per second that both were given).

    Servers and daemons share the home core, the client has another one where there is one.
    """
    with (
        bound_to(HOME_CORE),
        Server(first, DAEMONS) as one,
        Server(second, DAEMONS) as other,
    ):
        plan.warm_up(one, other)
        rate = LOAD * min(_capacity(plan, server) for server in (one, other))
        comparison = plan.interleave(
            lambda: _paced(plan, one, rate), lambda: _paced(plan, other, rate)
        )
    return comparison, rate


def _capacity(plan, server):
    return plan.client.run(server, CLIENTS, WARM_UP_S, OTHER_CORES or None)["wall_rate"]


def _paced(plan, server, rate):
    """One burst at this rate, from iotcpd-loadgen; times are from when a request was due. One that the
    generator itself calls invalid counts as disturbed."""
    result, valid = loadgen_burst.run(
        plan.program("iotcpd-loadgen"),
        f"127.0.0.1:{server.port}",
        max(SHORTEST_S, plan.burst_s),
        *("--rate", f"{rate:.0f}/s", "--arrivals", "poisson", "--request", LINE.decode().strip()),
        cores=OTHER_CORES or {HOME_CORE},
    )
    times_ms = result["latency_ms"]
    return {
        "p50_us": times_ms["p50"] * 1000,
        "p90_us": times_ms["p90"] * 1000,
        "foreign": float(not valid),
    }
