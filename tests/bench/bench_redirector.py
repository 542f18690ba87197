#!/usr/bin/python3
"""Holds iotcpd against the bare yardsticks: `scripts/bench redirector`.

Every figure is a ratio within one interleaved run (or a time, or a size), so that it means the same
on another machine. Exit code: 0 all limits kept, 1 one was missed, 2 not everything could be
measured.
"""

import argparse
import functools
import os
import sys

from benchlib import (
    bench,
    cores,
    keep_alive_rows,
    latency_rows,
    others_rows,
    redirector_rows,
    scale_rows,
    squidguard_rows,
    threads_rows,
)
from benchlib.load import Client
from benchlib.plan import Plan

TIME_LIMIT_S = {"full": 900, "quick": 300}
PHASES = {
    "bare": redirector_rows.against_bare,
    "keep-alive": keep_alive_rows.keep_alive,
    "pipelined": keep_alive_rows.pipelined,
    "threads": threads_rows.threads,
    "latency": latency_rows.latency,
    "others": others_rows.against_others,
    "squidguard": squidguard_rows.squidguard,
    "idle": redirector_rows.idle_connections,
    "daemons": redirector_rows.many_daemons,
    "scale": scale_rows.scale,
    "revival": redirector_rows.revival,
    "start": redirector_rows.pool_start,
}


def parse(arguments):
    parser = argparse.ArgumentParser(prog="scripts/bench redirector", description=__doc__)
    bench.add_common_options(parser)
    parser.add_argument("--quick", action="store_true", help="a coarse look in under 300 s")
    parser.add_argument("--iotcpd-binary", help="another program in iotcpd's place")
    parser.add_argument("--burst", type=float, metavar="SECONDS", help="length of a burst")
    parser.add_argument("--only", action="append", choices=PHASES, help="this phase (repeatable)")
    return parser.parse_args(arguments)


def make_plan(options):
    rounds = options.rounds or (5 if options.quick else 9)
    return Plan(
        folder=os.path.abspath(options.binary_dir),
        iotcpd=os.path.abspath(options.iotcpd_binary or bench.binary(options, "iotcpd")),
        client=Client(bench.binary(options, "bare-client")),
        rounds=rounds,
        most_rounds=rounds if options.quick else 2 * rounds,
        burst_s=options.burst or (0.25 if options.quick else 0.4),
        kills=8 if options.quick else 20,
        starts=2 if options.quick else 5,
    )


def choose_phases(options, plan):
    """A bare redirector in iotcpd's place, as in a check of the noise, has neither signals nor
    supervision."""
    wanted = options.only or list(PHASES)
    if os.path.basename(plan.iotcpd).startswith("bare"):
        wanted = [name for name in wanted if name not in ("revival", "start")]
    return {name: functools.partial(PHASES[name], plan) for name in wanted}


def main(arguments):
    options = parse(arguments)

    def prepare():
        plan = make_plan(options)
        facts = {"rounds": plan.rounds, "burst_seconds": plan.burst_s}
        return facts, choose_phases(options, plan)

    limit_s = TIME_LIMIT_S["quick" if options.quick else "full"]
    with cores.favoured():
        return bench.run("redirector", arguments, options, prepare, limit_s)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
