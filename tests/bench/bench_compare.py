#!/usr/bin/python3
"""Holds this iotcpd against that of another commit, interleaved: `scripts/bench --compare REV`.

Every figure is this one's per the other's: below 1 is better for CPU and latency, above 1 for rates.
Exit code: 0, or 2 when not everything could be measured (REV may lack an option, say).
"""

import argparse
import functools
import os
import shlex
import sys

from benchlib import bench, compare_rows, cores
from benchlib.load import Client
from benchlib.plan import Plan

TIME_LIMIT_S = 600


def parse(arguments):
    parser = argparse.ArgumentParser(prog="scripts/bench --compare", description=__doc__)
    bench.add_common_options(parser, rounds=9)
    parser.add_argument("--before", required=True, metavar="IOTCPD", help="the other iotcpd")
    parser.add_argument("--iotcpd-binary", help="another program in this iotcpd's place")
    parser.add_argument("revision", help="what the other one is called")
    parser.add_argument(
        "row", nargs="*", help=f"these rows only: {', '.join(compare_rows.ROWS)}"
    )
    options = parser.parse_args(arguments)
    for name in options.row:
        if name not in compare_rows.ROWS:
            parser.error(f"no row {name!r}; there are {', '.join(compare_rows.ROWS)}")
    return options


def main(arguments):
    options = parse(arguments)

    def prepare():
        plan = Plan(
            folder=os.path.abspath(options.binary_dir),
            iotcpd=os.path.abspath(options.iotcpd_binary or bench.binary(options, "iotcpd")),
            client=Client(bench.binary(options, "bare-client")),
            rounds=options.rounds,
            most_rounds=2 * options.rounds,
            burst_s=0.4,
        )
        before = os.path.abspath(options.before)
        phases = {
            name: functools.partial(compare_rows.ROWS[name], plan, before)
            for name in options.row or compare_rows.ROWS
        }
        facts = {
            "command": shlex.join(["scripts/bench", "--compare", options.revision, *options.row]),
            "rounds": plan.rounds,
            "burst_seconds": plan.burst_s,
            "compared_with": options.revision,
        }
        return facts, phases

    with cores.favoured():
        return bench.run("compare", arguments, options, prepare, TIME_LIMIT_S)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
