"""The rows on --threads: what a second reactor brings."""

import concurrent.futures
import contextlib

from .keep_alive_rows import CONCURRENT, CONCURRENT_DAEMONS, DEPTH, KEEP_ALIVE, STREAMS
from .plan import CLIENTS, DAEMONS, ratio_row
from .server import Server

THREADS = ("--threads", "2")
GENERATORS = 2  # one that serves a single reactor is too slow for two


def threads(plan):
    """The same load on two reactors and on one; clients, redirector and daemons share all cores, as
    the scheduler likes."""
    fake = plan.program("iotcpd-fake-daemon") + " --personality squid-channel"
    kept, deep = plan.keeping(), plan.keeping(DEPTH)
    once = f"{CLIENTS} clients, one connection per request, {DAEMONS} × cat"
    keeping = f"{CLIENTS} clients, --keep-alive, {DAEMONS} × cat"
    piped = f"{STREAMS} connections pipelined {DEPTH}, --concurrency 64, {CONCURRENT_DAEMONS} fakes"
    return [
        _row(plan, "rate_threads", once, plan.client, CLIENTS, DAEMONS),
        _row(plan, "rate_threads_keep_alive", keeping, kept, CLIENTS, DAEMONS, KEEP_ALIVE),
        _row(plan, "rate_threads_pipelined", piped, deep, STREAMS, CONCURRENT_DAEMONS, CONCURRENT,
             daemon=fake),
    ]


def _row(plan, key, what, client, connections, daemons, options=(), daemon="cat"):
    with contextlib.ExitStack() as stack:
        servers = [
            stack.enter_context(Server(plan.iotcpd, daemons, (*options, *more), daemon=daemon))
            for more in (THREADS, ())
        ]
        for server in servers:
            plan.warm_up(server, client=client, connections=connections)
        bursts = [
            lambda server=server: _burst(client, server, connections, plan.burst_s)
            for server in servers
        ]
        comparison = plan.interleave(*bursts, most_foreign=1)
    return ratio_row(
        key,
        f"requests/s, --threads 2 / 1, {what}",
        comparison,
        figure="wall_rate",
        absolute="{:,.0f} / {:,.0f} per s",
        sense=">=",
    )


def _burst(client, server, connections, seconds):
    """Of several generators at the same time, the sum of their rates."""
    with concurrent.futures.ThreadPoolExecutor(GENERATORS) as pool:
        runs = [
            pool.submit(client.run, server, connections // GENERATORS, seconds)
            for _ in range(GENERATORS)
        ]
        figures = [run.result() for run in runs]
    return {**figures[0], "wall_rate": sum(figure["wall_rate"] for figure in figures)}
