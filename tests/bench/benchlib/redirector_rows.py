"""The measurements behind the rows of `scripts/bench redirector`; each phase returns its rows."""

import contextlib
import os
import resource
import signal
import statistics
import time

from . import procfs
from .cores import OTHER_CORES, at_home
from .load import LINE, ask
from .plan import CLIENTS, DAEMONS, ratio_row
from .report import Row, notes
from .rounds import MOST_FOREIGN
from .server import BenchError, Server

MANY_DAEMONS = 256
IDLE = 5000
WIDEST_DESCRIPTOR_LIMIT = 1048576
REVIVAL_TIMEOUT_S = 5.0

# Idle connections have to outlast their phase.
PATIENT = ("--client-timeout", "300s")


def against_bare(plan):
    """CPU, rate and latency against the bare redirector, which runs beside it all the time."""
    with at_home(), Server(plan.iotcpd, DAEMONS) as ours, Server(plan.bare, DAEMONS) as bare:
        plan.warm_up(ours, bare)
        busy = plan.compare(ours, bare)
        single = plan.compare(ours, bare, 1)
        memory = procfs.memory_bytes(ours.pid)
        apart = plan.compare_apart(ours, bare) if OTHER_CORES else None
    cpu = "CPU per request, iotcpd / bare, "
    rows = [
        ratio_row(
            "cpu", cpu + f"{DAEMONS} × cat, {CLIENTS} clients", busy, limit=1.00
        ),
        ratio_row("cpu_single", cpu + "a single client", single),
        ratio_row(
            "rate",
            f"requests/s, iotcpd / bare, {CLIENTS} clients",
            busy,
            "rate",
            "{:,.0f} / {:,.0f} per s of one core; by the clock "
            + "{:,.0f} / {:,.0f}".format(*busy.medians("wall_rate")),
            sense=">=",
            limit=0.95,
        ),
        ratio_row(
            "latency_single",
            "median latency, iotcpd / bare, a single client",
            single,
            "p50_us",
            limit=1.05,
        ),
        Row(
            "resident",
            f"resident memory with {DAEMONS} daemons, after load",
            [memory["VmRSS"] / 1e6],
            unit="MB",
            limit=12,
            digits=2,
            note=f"RssAnon {memory['RssAnon'] / 1e6:.2f} MB",
        ),
    ]
    if apart:
        title = cpu + f"{CLIENTS} clients on another core"
        rows.insert(1, ratio_row("cpu_apart", title, apart))
    return rows


def idle_connections(plan):
    """What thousands of silent connections cost: in CPU per request, and in memory each."""
    grown = []
    with (
        at_home(),
        Server(plan.iotcpd, DAEMONS, PATIENT) as crowded,
        Server(plan.iotcpd, DAEMONS, PATIENT) as empty,
    ):
        plan.warm_up(crowded, empty)
        before = procfs.memory_bytes(crowded.pid)
        with plan.client.idle(crowded, IDLE):
            grown.append(_growth(before, procfs.memory_bytes(crowded.pid)))
            comparison = plan.compare(crowded, empty)
            grown.append(_growth(before, procfs.memory_bytes(crowded.pid)))
    return [
        ratio_row(
            "cpu_idle",
            f"CPU per request, {IDLE:,} idle connections / none",
            comparison,
            limit=1.10,
        ),
        Row(
            "memory_per_idle",
            f"resident memory per idle connection ({IDLE:,}; before and after load)",
            [growth["VmRSS"] for growth in grown],
            unit="B",
            limit=2048,
            judged="max",
            digits=0,
            note="RssAnon {:.0f} and {:.0f} B".format(*(growth["RssAnon"] for growth in grown)),
        ),
    ]


def _growth(before, after):
    return {name: (after[name] - before[name]) / IDLE for name in before}


def many_daemons(plan):
    """What a large pool costs.

    With 64 clients it also replaces queueing by 56 more busy daemons; the bare redirector's own
    ratio shows the kernel's part in that. With 8 clients both pools have the same work.
    """

    def row(key, binary, connections, suffix="", limit=None):
        with at_home(), Server(binary, MANY_DAEMONS) as large, Server(binary, DAEMONS) as small:
            plan.warm_up(large, small)
            comparison = plan.compare(large, small, connections)
        title = f"CPU per request, {MANY_DAEMONS} daemons / {DAEMONS}, {connections} clients"
        return ratio_row(key, title + suffix, comparison, limit=limit)

    return [
        row("cpu_daemons", plan.iotcpd, CLIENTS, limit=1.10),
        row("cpu_daemons_bare", plan.bare, CLIENTS, "; bare itself"),
        row("cpu_daemons_same_work", plan.iotcpd, DAEMONS, limit=1.10),
    ]


def _remark_on_others():
    """For times by the clock, which others can lengthen. Call it with nothing of ours running."""
    share = procfs.busy_share(0.5)
    return f"BUSY MACHINE, others use {share:.0%} of it" if share > MOST_FOREIGN else ""


def revival(plan):
    """From the kill -9 of the only daemon to the next good reply, as a client sees it."""
    times_ms = []
    remark = _remark_on_others()
    refused = 0
    with Server(plan.iotcpd, 1) as server:
        server.await_pool()
        for _ in range(plan.kills):
            for _ in range(5):  # a daemon that has served is not held back
                if ask(server) != LINE:
                    raise BenchError("a live daemon did not reply")
            victims = procfs.children(server.pid)
            if len(victims) != 1:
                raise BenchError(f"iotcpd -n 1 has {len(victims)} children")
            victim = victims[0]
            start = time.monotonic()
            os.kill(victim, signal.SIGKILL)
            while (reply := ask(server)) != LINE:
                if reply not in (b"ERR\n", b"") or time.monotonic() - start > REVIVAL_TIMEOUT_S:
                    raise BenchError(f"a killed daemon's slot does not serve again: {reply!r}")
                refused += 1
            times_ms.append((time.monotonic() - start) * 1000)
            if victim in procfs.children(server.pid):
                raise BenchError("the killed daemon is still there")
    return [
        Row(
            "revival",
            f"a killed daemon's slot serves again ({plan.kills} kills, -n 1)",
            times_ms,
            unit="ms",
            limit=20,
            judged="max",
            digits=1,
            note=notes(f"{refused} error replies meanwhile", remark),
        )
    ]


def pool_start(plan):
    """From exec to a whole large pool, with the inherited descriptor limit and the largest."""

    def row(key, descriptor_limit, title):
        remark = _remark_on_others()
        first_s, whole_s, bare_s = [], [], []
        for _ in range(plan.starts):
            with Server(plan.iotcpd, MANY_DAEMONS, descriptor_limit=descriptor_limit) as server:
                whole_s.append(server.await_pool() - server.started_at)
                first_s.append(server.ready_at() - server.started_at)
            with Server(plan.bare, MANY_DAEMONS, descriptor_limit=descriptor_limit) as server:
                bare_s.append(server.await_pool() - server.started_at)
        shown = descriptor_limit or resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        return Row(
            key,
            f"a pool of {MANY_DAEMONS} is up, RLIMIT_NOFILE {title} ({shown:,})",
            whole_s,
            unit="s",
            limit=1,
            judged="max",
            note=notes(
                f"first daemon {statistics.median(first_s):.3f} s",
                f"bare's {MANY_DAEMONS} {statistics.median(bare_s):.3f} s",
                remark,
            ),
        )

    return [
        row("pool_start", None, "as inherited"),
        row("pool_start_wide", _widest_descriptor_limit(), "at its largest"),
    ]


def _widest_descriptor_limit():
    """1048576 with the privilege to set it, else the hard limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, WIDEST_DESCRIPTOR_LIMIT))
        hard = WIDEST_DESCRIPTOR_LIMIT
    return hard
