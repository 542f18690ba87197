#!/usr/bin/python3
"""Holds iotcpd-loadgen against other load generators and bare clients: `scripts/bench loadgen`.

Client and server have a core each. Every figure is a ratio within one interleaved run, or a size.
Exit code: 0 all limits kept, 1 one was missed, 2 not everything could be measured.
"""

import argparse
import functools
import os
import sys

from benchlib import bench, loadgen_rows
from benchlib.server import BenchError

TIME_LIMIT_S = {"full": 600, "quick": 120}
PHASES = {
    "single": loadgen_rows.single,
    "keep-alive": loadgen_rows.keep_alive,
    "pipelined": loadgen_rows.pipelined,
    "memory": loadgen_rows.memory,
}
NOISE = {
    f"noise, {mode.title}": functools.partial(loadgen_rows.noise, mode)
    for mode in loadgen_rows.PEERS
}


def parse(arguments):
    parser = argparse.ArgumentParser(prog="scripts/bench loadgen", description=__doc__)
    bench.add_common_options(parser)
    parser.add_argument("--quick", action="store_true", help="a coarse look in under 120 s")
    parser.add_argument("--burst", type=float, metavar="SECONDS", help="length of a burst")
    parser.add_argument("--loadgen-binary", help="another program in iotcpd-loadgen's place; a "
                        "bare-client stands for both bare clients")
    parser.add_argument("--only", action="append", choices=PHASES, help="this phase (repeatable)")
    parser.add_argument("--noise", action="store_true",
                        help="every peer against itself instead: what a ratio is worth here")
    return parser.parse_args(arguments)


def make_plan(options):
    for name in ("line-server", "bare-client", "bare-stream"):
        bench.binary(options, name)
    rounds = options.rounds or (3 if options.quick else 13)
    few, many = (loadgen_rows.FEW, loadgen_rows.MANY)
    return loadgen_rows.Plan(
        loadgen=os.path.abspath(options.loadgen_binary or find_loadgen(options)),
        folder=os.path.abspath(options.binary_dir),
        rounds=rounds,
        most_rounds=rounds if options.quick else 2 * rounds,
        burst_s=options.burst or (0.5 if options.quick else 1.0),
        memory_rounds=1 if options.quick else 3,
        few=few // 5 if options.quick else few,
        many=many // 5 if options.quick else many,
    )


def find_loadgen(options):
    """Not looked for when it is not needed."""
    return "" if options.noise else bench.binary(options, "iotcpd-loadgen")


def report_missing(plan):
    """The last phase: what was not there is no row, and must not pass unnoticed."""
    if plan.missing:
        raise BenchError(f"missing: {', '.join(sorted(plan.missing))}; scripts/setup --bench")
    return []


def main(arguments):
    options = parse(arguments)

    def prepare():
        plan = make_plan(options)
        wanted = NOISE if options.noise else {n: PHASES[n] for n in options.only or PHASES}
        phases = {name: functools.partial(measure, plan) for name, measure in wanted.items()}
        phases["peers"] = functools.partial(report_missing, plan)
        return {"rounds": plan.rounds, "burst_seconds": plan.burst_s}, phases

    limit_s = TIME_LIMIT_S["quick" if options.quick else "full"]
    return bench.run("loadgen", arguments, options, prepare, limit_s)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
