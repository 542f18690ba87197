"""The rows of `scripts/bench --compare`: two iotcpd, one after the other under the same load."""

import contextlib
import functools

from .cores import at_home
from .keep_alive_rows import CONCURRENT, CONCURRENT_DAEMONS, DEPTH, KEEP_ALIVE, STREAMS
from .latency_rows import compare_paced
from .plan import CLIENTS, DAEMONS, ratio_row
from .server import Server


def _rows(name, daemons, options, connections, depth, plan, before):
    """CPU per request and rate on one core. `depth` 0 is one connection per request."""
    client = plan.keeping(depth) if depth else plan.client
    daemon = "cat" if depth <= 1 else _channel_fake(plan)
    with contextlib.ExitStack() as stack:
        stack.enter_context(at_home())
        servers = [
            stack.enter_context(Server(binary, daemons, options, daemon=daemon))
            for binary in (plan.iotcpd, before)
        ]
        plan.warm_up(*servers, client=client, connections=connections)
        comparison = plan.interleave(
            *(
                functools.partial(client.run, server, connections, plan.burst_s)
                for server in servers
            )
        )
    rate = "{:,.0f} / {:,.0f} per s of one core"
    return [
        ratio_row(
            f"cpu_{name}",
            f"{name}: CPU per request, now / before",
            comparison,
            absolute="{:.2f} / {:.2f} µs",
        ),
        ratio_row(f"rate_{name}", f"{name}: requests/s, now / before", comparison, "rate", rate),
    ]


def _channel_fake(plan):
    return plan.program("iotcpd-fake-daemon") + " --personality squid-channel"


def _latency(plan, before):
    comparison, rate = compare_paced(plan, plan.iotcpd, before)
    return [
        ratio_row(
            f"latency_{name}",
            f"latency: {name} at {rate:,.0f} requests/s, now / before",
            comparison,
            f"{name}_us",
        )
        for name in ("p50", "p90")
    ]


def _workload(name, *shape):
    return name, functools.partial(_rows, name, *shape)


# By name: what measures them, called with the plan and the other iotcpd.
ROWS = dict(
    [
        _workload("one-request", DAEMONS, (), CLIENTS, 0),
        _workload("single-client", DAEMONS, (), 1, 0),
        _workload("keep-alive", DAEMONS, KEEP_ALIVE, CLIENTS, 1),
        _workload("pipelined", CONCURRENT_DAEMONS, CONCURRENT, STREAMS, DEPTH),
        ("latency", _latency),
    ]
)
