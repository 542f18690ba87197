#!/usr/bin/python3
"""Holds iotcpd against the bare yardsticks: `scripts/bench redirector`.

Every figure is a ratio within one interleaved run (or a time, or a size), so that it means the same
on another machine. Exit code: 0 all limits kept, 1 one was missed, 2 it could not be measured.
"""

import argparse
import datetime
import os
import shlex
import signal
import subprocess
import sys
import time

from benchlib import procfs, redirector_rows, report
from benchlib.load import Client
from benchlib.server import BenchError, stop_all

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TIME_LIMIT_S = {"full": 360, "quick": 90}


def parse(arguments):
    parser = argparse.ArgumentParser(prog="scripts/bench redirector", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a coarse look in under 90 s")
    parser.add_argument("--rounds", type=int, help="rounds per comparison")
    parser.add_argument("--binary-dir", default=os.path.join(REPOSITORY, "build/release/bin"))
    parser.add_argument("--iotcpd-binary", help="another program in iotcpd's place")
    parser.add_argument("--only", action="append", choices=PHASES, help="this phase (repeatable)")
    parser.add_argument("--json", metavar="FILE", help="write the result for later comparison")
    parser.add_argument("--markdown", metavar="FILE", help="write the table there too")
    return parser.parse_args(arguments)


PHASES = {
    "bare": redirector_rows.against_bare,
    "idle": redirector_rows.idle_connections,
    "daemons": redirector_rows.many_daemons,
    "revival": redirector_rows.revival,
    "start": redirector_rows.pool_start,
}


def make_plan(options):
    def binary(name):
        path = os.path.abspath(os.path.join(options.binary_dir, name))
        if not os.access(path, os.X_OK):
            raise BenchError(f"no program {path}: build the release preset first")
        return path

    rounds = options.rounds or (5 if options.quick else 9)
    return redirector_rows.Plan(
        iotcpd=os.path.abspath(options.iotcpd_binary or binary("iotcpd")),
        bare=binary("bare-redirector"),
        client=Client(binary("bare-client")),
        rounds=rounds,
        most_rounds=rounds if options.quick else 2 * rounds,
        burst_s=0.25 if options.quick else 0.4,
        kills=8 if options.quick else 20,
        starts=2 if options.quick else 5,
    )


def choose_phases(options, plan):
    """A bare redirector in iotcpd's place, as in a check of the noise, has neither signals nor
    supervision."""
    wanted = options.only or list(PHASES)
    if os.path.basename(plan.iotcpd).startswith("bare"):
        wanted = [name for name in wanted if name not in ("revival", "start")]
    return wanted


def measure(options, plan, rows):
    """Fills `rows`; returns why that could not be completed, or ""."""
    try:
        for name in choose_phases(options, plan):
            print(f"measuring: {name}", file=sys.stderr, flush=True)
            rows += PHASES[name](plan)
    except (BenchError, OSError, subprocess.SubprocessError) as error:
        return f"{error} (while measuring: {name})"
    return ""


def describe(arguments, plan):
    """What a reader has to know about the run, as far as it is known at its start."""
    return {
        "bench": "redirector",
        "command": shlex.join(["scripts/bench", "redirector", *arguments]),
        "date": datetime.datetime.now().astimezone().isoformat(timespec="seconds"),
        "machine": procfs.machine(),
        "load_before": os.getloadavg()[0],
        "rounds": plan.rounds,
        "burst_seconds": plan.burst_s,
    }


def publish(path, text):
    if path:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)


def give_up(number, _frame):
    """Unwinds through the context managers, which end what they have started."""
    reason = "the time limit" if number == signal.SIGALRM else signal.Signals(number).name
    raise BenchError(f"ended by {reason}")


def main(arguments):
    options = parse(arguments)
    for number in (signal.SIGALRM, signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, give_up)
    signal.alarm(TIME_LIMIT_S["quick" if options.quick else "full"])
    try:
        plan = make_plan(options)
    except BenchError as error:
        print(f"bench redirector: {error}", file=sys.stderr)
        return 2
    run, rows = describe(arguments, plan), []
    started, times = time.monotonic(), procfs.machine_times()
    run["incomplete"] = measure(options, plan, rows)
    signal.alarm(0)
    stop_all()
    run["seconds"] = time.monotonic() - started
    run["stolen"] = procfs.stolen_share(times, procfs.machine_times())
    run["load_after"] = os.getloadavg()[0]

    table = report.as_markdown(run, rows)
    print(table, end="")
    publish(options.markdown, table)
    publish(options.json, report.as_json(run, rows))
    if run["incomplete"]:
        return 2
    return 1 if any(row.verdict == "OVER" for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
