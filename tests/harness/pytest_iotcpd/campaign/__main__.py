"""`scripts/campaign`: pytest N times, a table, and an exit code for them all."""

import argparse
import contextlib
import os
import pathlib
import platform
import signal
import sys
import time
from collections.abc import Sequence

from .load import busy_processors
from .runs import Run, play
from .table import counts, table

_GREEN, _RED, _INTERRUPTED = 0, 1, 130


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m pytest_iotcpd.campaign", description="Runs pytest again "
                                     "and again. Exit code: 0 all runs were green, 1 one was red.")
    parser.add_argument("--times", type=int, required=True, metavar="N")
    parser.add_argument("--folder", required=True, metavar="DIR",
                        help="a folder for each run in it, and DIR.md with the table")
    parser.add_argument("--loaded", action="store_true", help="stress-ng keeps the processors busy")
    parser.add_argument("--stop", action="store_true", help="after the first run that is red")
    parser.add_argument("words", nargs="*", metavar="WORD", help="for pytest, after --")
    return parser.parse_args(arguments)


def _campaign(options: argparse.Namespace, runs: list[Run]) -> None:
    with busy_processors() if options.loaded else contextlib.nullcontext():
        for number in range(1, options.times + 1):
            run = play(number, options.words, os.path.join(options.folder, str(number)))
            runs.append(run)
            told = ", ".join(f"{count} {kind}" for kind, count in counts(run).items())
            print(f"run {number} of {options.times}: {told}, {run.wall_s:.0f} s"
                  f"{f', RED: {options.folder}/{number}/pytest.txt' if run.red else ''}", flush=True)
            if run.red and options.stop:
                return


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parse(arguments)
    runs: list[Run] = []
    interrupted = False
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:  # as nohup has it
            signal.signal(number, signal.default_int_handler)
    try:
        _campaign(options, runs)
    except KeyboardInterrupt:
        interrupted = True
    finally:
        _tell(options, runs)
    if interrupted:
        return _INTERRUPTED
    return _RED if any(run.red for run in runs) else _GREEN


def _tell(options: argparse.Namespace, runs: Sequence[Run]) -> None:
    """The table, and a file with it."""
    path = pathlib.Path(f"{options.folder}.md")
    path.parent.mkdir(parents=True, exist_ok=True)
    machine = f"{os.cpu_count()} processors{', loaded by stress-ng' if options.loaded else ''}, " \
              f"{platform.platform()}, {time.strftime('%F %T')}"
    path.write_text(f"# pytest {' '.join(options.words)}\n\n{machine}\n\n{table(runs)}", encoding="utf-8")
    print(f"\n{table(runs)}\nreport: {path}")


if __name__ == "__main__":
    sys.exit(main())
