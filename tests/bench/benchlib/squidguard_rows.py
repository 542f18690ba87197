"""The row on Debian's squidGuard with 100,000 domains: through iotcpd, and straight through pipes."""

import contextlib
import importlib.util
import os
import shutil
import subprocess
import tempfile

from . import loadgen_burst
from .plan import CLIENTS, DAEMONS, ratio_row
from .server import BenchError, Server

DOMAINS = 100_000
ASKED = 1000
DEPTH = 32
SHORTEST_S = 1.0
LIMIT = 0.45
COMMAND = "squidGuard -c sg/blocklist.conf"
CLIENT_FIELDS = "127.0.1.1/10.129.23.1 - GET myip=- myport=3127"
MAKE_BLOCKLIST = os.path.join(
    os.path.dirname(os.path.abspath(__file__)), "../../e2e/squidguard/make_blocklist.py"
)


def squidguard(plan):
    """Everything on all cores. Either way a daemon has one request at a time; every second domain
    that is asked for is on the list."""
    if shutil.which("squidGuard") is None:
        raise BenchError("no squidGuard: scripts/setup")
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        requests = _write_requests(folder, _write_list(folder))
        server = stack.enter_context(
            Server(plan.iotcpd, DAEMONS, ("--keep-alive",), daemon=COMMAND, folder=folder)
        )
        server.await_pool()
        tcp = (f"127.0.0.1:{server.port}", "--keep-alive", "--connections", str(CLIENTS))
        pipes = (f"exec:{COMMAND}", "--daemons", str(DAEMONS))

        def burst(target, *options):
            result, _ = loadgen_burst.run(
                *(plan.program("iotcpd-loadgen"), target, max(SHORTEST_S, plan.burst_s)),
                *("--requests-file", requests, "--error-reply", "", *options),
                folder=folder,
            )
            _refuse_errors(target, result)
            return {"rate": result["rate"], "foreign": 0}

        comparison = plan.interleave(
            lambda: burst(*tcp),
            lambda: burst(*pipes),
            lambda: burst(*tcp, "--pipeline", str(DEPTH)),
            times=2,
        )
    rate = {"figure": "rate", "absolute": "{:,.0f} / {:,.0f} per s", "sense": ">="}
    title = f"requests/s, {DAEMONS} × squidGuard, {DOMAINS:,} domains, {CLIENTS} clients, "
    return [
        ratio_row(
            "rate_squidguard",
            title + "iotcpd --keep-alive / straight through pipes",
            comparison,
            limit=LIMIT,
            **rate,
        ),
        ratio_row(
            "rate_squidguard_pipelined",
            title + f"pipelined {DEPTH} / straight through pipes",
            comparison,
            one=2,
            **rate,
        ),
    ]


def _write_list(folder):
    """The domains, in a database as a service would have it."""
    spec = importlib.util.spec_from_file_location("make_blocklist", MAKE_BLOCKLIST)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    listed = module.write(folder, DOMAINS)
    subprocess.run(
        [*COMMAND.split(), "-C", "all"], cwd=folder, check=True, capture_output=True, timeout=60
    )
    return listed


def _write_requests(folder, listed):
    path = os.path.join(folder, "requests")
    step = len(listed) // ASKED
    with open(path, "w", encoding="ascii") as file:
        for name in listed[::step]:
            file.write(f"http://{name}/x {CLIENT_FIELDS}\n")
            file.write(f"http://clean-{name}/x {CLIENT_FIELDS}\n")
    return path


def _refuse_errors(target, result):
    bad = {name: count for name, count in result["outcomes"].items() if name != "ok" and count}
    if bad:
        raise BenchError(f"{target}: {bad}")
