"""What every macro-benchmark does around its measurements: options, time limit, table, exit code."""

import datetime
import os
import shlex
import signal
import subprocess
import sys
import time

from . import procfs, report
from .server import BenchError, stop_all

REPOSITORY = os.path.dirname(
    os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
)

EXIT_OK, EXIT_OVER, EXIT_INCOMPLETE = 0, 1, 2


class Interrupted(BenchError):
    """By a signal or the time limit: nothing more is to be measured."""


def add_common_options(parser, rounds=None):
    parser.add_argument("--rounds", type=int, default=rounds, help="rounds per comparison")
    parser.add_argument(
        "--binary-dir",
        default=os.path.join(REPOSITORY, "build/release/bin"),
        help="where the programs of this repository are",
    )
    parser.add_argument(
        "--json", metavar="FILE", help="where to record the result (build/bench/NAME.json)"
    )
    parser.add_argument("--markdown", metavar="FILE", help="write the table there too")


def binary(options, name):
    """Path of a program of ours."""
    path = os.path.abspath(os.path.join(options.binary_dir, name))
    if not os.access(path, os.X_OK):
        raise BenchError(f"no program {path}: build the release preset first")
    return path


def run(name, arguments, options, prepare, time_limit_s):
    """Measures, prints the table, writes what the options name; returns the exit code.

    prepare()  returns (facts, phases): the run's "rounds" and "burst_seconds" for the table's foot,
               and a dictionary from a phase's name to what returns its rows
    """
    for number in (signal.SIGALRM, signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, _give_up)
    signal.alarm(time_limit_s)
    try:
        facts, phases = prepare()
    except BenchError as error:
        print(f"bench {name}: {error}", file=sys.stderr)
        return EXIT_INCOMPLETE
    result, rows = {**_describe(name, arguments), **facts}, []
    started, times = time.monotonic(), procfs.machine_times()
    result["incomplete"] = "; ".join(_measure(phases, rows))
    signal.alarm(0)
    stop_all()
    result["seconds"] = time.monotonic() - started
    result["stolen"] = procfs.stolen_share(times, procfs.machine_times())
    result["load_after"] = os.getloadavg()[0]
    _publish(options, result, rows)
    if result["incomplete"]:
        return EXIT_INCOMPLETE
    return EXIT_OVER if any(row.verdict == "OVER" for row in rows) else EXIT_OK


def _describe(name, arguments):
    """What a reader has to know about the run, as far as it is known at its start."""
    return {
        "bench": name,
        "command": shlex.join(["scripts/bench", name, *arguments]),
        "commit": _commit(),
        "date": datetime.datetime.now().astimezone().isoformat(timespec="seconds"),
        "machine": procfs.machine(),
        "load_before": os.getloadavg()[0],
    }


def _commit():
    """What is checked out, "+" when something has been changed since; "" outside of git."""
    said = subprocess.run(
        ["git", "-C", REPOSITORY, "describe", "--always", "--abbrev=12", "--exclude=*", "--dirty=+"],
        capture_output=True,
        text=True,
        check=False,
    )
    return said.stdout.strip()


def _measure(phases, rows):
    """Fills `rows`; returns why that could not be completed, a sentence per phase."""
    reasons = []
    for name, measure in phases.items():
        print(f"measuring: {name}", file=sys.stderr, flush=True)
        try:
            rows += measure()
        except Interrupted as error:
            return [*reasons, f"{error} (while measuring: {name})"]
        except (BenchError, OSError, subprocess.SubprocessError) as error:
            reasons.append(f"{error} (while measuring: {name})")
    return reasons


def _publish(options, result, rows):
    table = report.as_markdown(result, rows)
    print(table, end="")
    record = options.json or os.path.join(REPOSITORY, "build/bench", f"{result['bench']}.json")
    os.makedirs(os.path.dirname(os.path.abspath(record)), exist_ok=True)
    for path, text in ((options.markdown, table), (record, report.as_json(result, rows))):
        if path:
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)


def _give_up(number, _frame):
    """Unwinds through the context managers, which end what they have started."""
    reason = "the time limit" if number == signal.SIGALRM else signal.Signals(number).name
    raise Interrupted(f"ended by {reason}")
