#!/usr/bin/python3
"""Holds iotcpd-fake-daemon against bare yardsticks: `scripts/bench fake-daemon`.

Exit code: 0 all limits kept, 1 one was missed, 2 not everything could be measured.
"""

import argparse
import functools
import json
import statistics
import subprocess
import sys
import tempfile

from benchlib import bench, report

SLEEP_US = 10_000
LATENESS_ROUNDS = 3  # for each round of the others: bursts of sleeps differ more than they take
TIME_LIMIT_S = 360


class Programs:
    def __init__(self, options):
        self._options = options

    def __getitem__(self, name):
        return bench.binary(self._options, name)


def parse(arguments):
    parser = argparse.ArgumentParser(prog="scripts/bench fake-daemon", description=__doc__)
    bench.add_common_options(parser)
    parser.add_argument("--quick", action="store_true", help="a coarse look in under 30 s")
    parser.add_argument("--sleeps", type=int, default=20, help="sleeps in a burst")
    parser.add_argument("--lines", type=int, default=10_000, help="lines in a burst")
    options = parser.parse_args(arguments)
    options.rounds = options.rounds or (3 if options.quick else 9)
    return options


# -- how late a sleep of 10 ms is -------------------------------------------------------------


def bare_lateness_us(programs, count):
    """Of each sleep of a loop over clock_nanosleep(TIMER_ABSTIME)."""
    done = subprocess.run([programs["bare-sleep"], str(count), str(SLEEP_US)], check=True,
                          capture_output=True, text=True)
    return [int(line) / 1000 for line in done.stdout.split()]


def fake_lateness_us(programs, count, *words):
    """Of each reply of a fake daemon, one line outstanding, as its journal has it."""
    with tempfile.NamedTemporaryFile("r") as journal:
        subprocess.run([programs["ping-pipe"], str(count - 1), programs["iotcpd-fake-daemon"],
                        "--latency", f"{SLEEP_US}us", "--journal", journal.name, *words],
                       check=True, capture_output=True)
        events = [json.loads(line) for line in journal]
    received = {event["seq"]: event["t_ns"] for event in events if event["event"] == "recv"}
    return [(event["t_ns"] - received[event["seq"]]) / 1000 - SLEEP_US
            for event in events if event["event"] == "reply"]


def lateness(programs, options):
    pairs, spun = [], []
    for _ in range(LATENESS_ROUNDS * options.rounds):
        sides = [[], []]
        for side in (0, 1, 1, 0):
            measure = (fake_lateness_us, bare_lateness_us)[side]
            sides[side] += measure(programs, options.sleeps)
        pairs.append([statistics.median(side) for side in sides])
        spun.append(statistics.median(
            fake_lateness_us(programs, options.sleeps, "--spin", "300us")))
    ours, bare = (statistics.median(side) for side in zip(*pairs))
    return [
        report.Row("lateness", "median lateness of a 10 ms sleep, fake daemon / bare clock_nanosleep",
                   [one / other for one, other in pairs], limit=1.1,
                   note=f"{ours:.1f} / {bare:.1f} µs"),
        report.Row("lateness-spin", "the same with --spin 300us", spun, unit="µs", digits=1),
    ]


# -- what a line costs ------------------------------------------------------------------------


def ping(programs, count, *command):
    done = subprocess.run([programs["ping-pipe"], str(count), *command], check=True,
                          capture_output=True, text=True)
    return json.loads(done.stdout)


def cost(programs, options):
    fake, sed = [programs["iotcpd-fake-daemon"]], ["sed", "-u", ""]
    ratios, rates, firsts, sizes = [], [], [], []
    for _ in range(options.rounds):
        sides = {id(fake): [], id(sed): []}
        for command in (fake, sed, sed, fake):
            sides[id(command)].append(ping(programs, options.lines, *command))
        ours, theirs = (statistics.mean(run["rate"] for run in sides[id(command)])
                        for command in (fake, sed))
        ratios.append(ours / theirs)
        rates.append((ours, theirs))
        firsts += [run["first_reply_ms"] for run in sides[id(fake)]]
        sizes += [run["resident_kib"] / 1024 for run in sides[id(fake)]]
    ours, theirs = (statistics.median(side) for side in zip(*rates))
    return [
        report.Row("rate", "lines/s with one outstanding, fake daemon / sed -u", ratios, sense=">=",
                   limit=0.5, note=f"{ours:,.0f} / {theirs:,.0f} per s"),
        report.Row("start", "from its start to its first reply", firsts, unit="ms", limit=5, digits=2),
        report.Row("memory", "resident memory", sizes, unit="MiB", limit=4, judged="max", digits=2),
    ]


def main(arguments):
    options = parse(arguments)

    def prepare():
        programs = Programs(options)
        facts = {"rounds": options.rounds, "burst_seconds": options.sleeps * SLEEP_US / 1e6}
        return facts, {
            phase.__name__: functools.partial(phase, programs, options)
            for phase in (lateness, cost)
        }

    return bench.run("fake-daemon", arguments, options, prepare, TIME_LIMIT_S)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
