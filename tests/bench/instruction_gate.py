#!/usr/bin/python3
"""Holds iotcpd's instructions per request against tests/bench/instructions.json: `scripts/check --perf`.

callgrind counts them over batches of requests in lock step, so that neither the machine nor its load
shows. Exit code: 0 no workload has grown by more than 5 % (or another compiler was at work, which is
said), 1 one has, 2 not everything could be counted.
"""

import argparse
import os
import re
import shlex
import subprocess
import sys
import tempfile

from benchlib import bench, callgrind, cores, instruction_gate
from benchlib.lock_step import Workload
from benchlib.server import BenchError, stop_all

FOLDER = os.path.dirname(os.path.abspath(__file__))
RECORDED = os.path.join(FOLDER, "instructions.json")
ATTEMPTS = 3
BATCH = 32
BATCH_ECHO = shlex.join(["/usr/bin/python3", os.path.join(FOLDER, "batch_echo.py"), str(BATCH)])
WORKLOADS = {
    workload.name: workload
    for workload in (
        Workload("one-request", (), "cat", connections=16, lines=1, keeps=False),
        Workload("keep-alive", ("--keep-alive",), "cat", connections=8, lines=1, keeps=True),
        Workload(
            "concurrency",
            ("--keep-alive", "--concurrency", "64"),
            BATCH_ECHO,
            connections=1,
            lines=BATCH,
            keeps=True,
        ),
    )
}


def parse(arguments):
    parser = argparse.ArgumentParser(prog="scripts/check --perf", description=__doc__)
    parser.add_argument("--record", action="store_true", help="write what is counted to the file")
    parser.add_argument("--file", default=RECORDED, help="another file than instructions.json")
    parser.add_argument("--binary", help="another iotcpd than that of build/release")
    parser.add_argument("--only", action="append", choices=WORKLOADS, help="(repeatable)")
    return parser.parse_args(arguments)


def compiler(binary):
    """First line of `--version` of what the folder that `binary` is in was configured with."""
    cache = os.path.join(os.path.dirname(os.path.dirname(binary)), "CMakeCache.txt")
    with open(cache, encoding="utf-8") as file:
        path = re.search(r"^CMAKE_CXX_COMPILER:\w+=(.*)$", file.read(), re.MULTILINE)[1]
    version = subprocess.run([path, "--version"], capture_output=True, text=True, check=True)
    return version.stdout.partition("\n")[0].partition(" ")[2]  # c++ and g++ are the same


def count(binary, workload, before):
    """A summary. A busy machine can only add to it (what is done every 25 ms is done more often per
    request), so that what seems to have grown is counted again."""
    best = None
    for _ in range(ATTEMPTS):
        print(f"counting: {workload.name}", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory() as folder:
            now = instruction_gate.summarise(callgrind.count(binary, workload, folder))
        best = min(best or now, now, key=lambda summary: summary["instructions_per_request"])
        if before is None or not instruction_gate.has_grown(before, best):
            break
    return best


def compare(recorded, built_with, measured):
    """Prints what there is to say; returns the exit code."""
    lines, well = instruction_gate.judge(recorded["workloads"], measured)
    print("\n".join(lines))
    if recorded["compiler"] != built_with:
        print(f"not judged: recorded with {recorded['compiler']}, built with {built_with}")
        return bench.EXIT_OK
    return bench.EXIT_OK if well else bench.EXIT_OVER


def measure(options, recorded):
    """The exit code; the chosen workloads are counted, then compared or recorded."""
    binary = os.path.abspath(options.binary or f"{bench.REPOSITORY}/build/release/bin/iotcpd")
    built_with = compiler(binary)
    known = {} if options.record else recorded["workloads"]
    measured = {
        name: count(binary, WORKLOADS[name], known.get(name)) for name in options.only or WORKLOADS
    }
    if not options.record:
        return compare(recorded, built_with, measured)
    kept = recorded["workloads"] if options.only else {}
    record = {"compiler": built_with, "workloads": {**kept, **measured}}
    instruction_gate.save(options.file, record)
    return bench.EXIT_OK


def main(arguments):
    options = parse(arguments)
    try:
        with cores.favoured():
            return measure(options, instruction_gate.load(options.file))
    except (BenchError, OSError, subprocess.SubprocessError) as error:
        print(f"check --perf: {error}", file=sys.stderr)
        return bench.EXIT_INCOMPLETE
    finally:
        stop_all()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
