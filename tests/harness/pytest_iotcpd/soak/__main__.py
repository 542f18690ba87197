"""`scripts/soak`: the command line."""

import argparse
import contextlib
import functools
import gc
import os
import pathlib
import re
import secrets
import shutil
import signal
import sys
import tempfile
from typing import Any, NoReturn

from .. import command_line, proc
from .record import record
from .soak import Limits, Soak
from .tools import Tools
from .verdict import Verdict

_ROOT = pathlib.Path(__file__).resolve().parents[4]
_FACTORS = {"": 1, "k": 1_000, "M": 1_000_000}
_UNITS_S = {"s": 1, "m": 60, "h": 3600}
_USAGE = 64


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(_USAGE, f"{self.prog}: {message}\n")


def _count(text: str) -> int:
    match = re.fullmatch(r"(\d+)([kM]?)", text)
    if not match or int(match[1]) == 0:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number of requests such as 50k or 10M")
    return int(match[1]) * _FACTORS[match[2]]


def _time_s(text: str) -> float:
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([smh])", text)
    if not match or float(match[1]) == 0:
        raise argparse.ArgumentTypeError(f"'{text}' is not a time such as 90s, 10m or 2h")
    return float(match[1]) * _UNITS_S[match[2]]


def _file(text: str) -> str:
    path = pathlib.Path(text)
    if path.is_dir() or not os.access(path if path.exists() else path.parent, os.W_OK):
        raise argparse.ArgumentTypeError(f"'{text}' is no file that can be written")
    return text


def _folder(text: str) -> str:
    """One that is there or can be made: it is needed when a rule has been broken, after hours perhaps."""
    path = pathlib.Path(text).absolute()
    there = next(each for each in (path, *path.parents) if each.exists())
    if not text or not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        raise argparse.ArgumentTypeError(f"'{text}' is no folder that can be written to")
    return text


def _parse(arguments: list[str] | None) -> tuple[argparse.Namespace, Tools]:
    parser = _Parser(prog="scripts/soak", description="Chaos under load, every request judged. Exit "
                     "code: 0 clean, 1 a rule was broken, 75 inconclusive, 64 bad use, 70 an error of its"
                     " own.")
    parser.add_argument("--requests", type=_count, default=_count("200k"), metavar="N",
                        help="such as 50k or 10M (default 200k)")
    parser.add_argument("--duration", type=_time_s, metavar="T",
                        help="end after T, such as 10m, if that is earlier")
    parser.add_argument("--seed", type=int, metavar="N", help="default: a new one, which is told")
    parser.add_argument("--report", type=_file, metavar="FILE", help="write the record as Markdown")
    parser.add_argument("--capsules", type=_folder, default=str(_ROOT / "build/soak"), metavar="DIR",
                        help="where the evidence of broken rules goes (default: build/soak)")
    parser.add_argument("--bin", default=str(_ROOT / "build/release/bin"), metavar="DIR",
                        help="where the programs are (default: build/release/bin)")
    parser.add_argument("--dry-run", action="store_true", help="only look at the arguments")
    options = parser.parse_args(arguments)
    folder = pathlib.Path(options.bin)
    redirector, loadgen, fake_daemon = paths = [
        str(folder / name) for name in ("iotcpd", "iotcpd-loadgen", "iotcpd-fake-daemon")]
    for path in paths:
        if not shutil.which(path) and not options.dry_run:
            parser.error(f"argument --bin: no program {path}")
    return options, Tools([redirector], loadgen, fake_daemon)


def _progress(total: int, verdict: Verdict, more: int) -> None:
    done = verdict.requests + more
    rate = done / max(verdict.elapsed_s, 0.1)
    with contextlib.suppress(OSError):  # the terminal is gone
        sys.stderr.write(f"\r{done:,} of {total:,} requests, {rate:,.0f}/s, campaign "
                         f"{verdict.campaigns}, {verdict.fired.total():,} faults fired, "
                         f"{len(verdict.findings)} violations ")
        sys.stderr.flush()


def main(arguments: list[str] | None = None) -> int:
    options, tools = _parse(arguments)
    if options.dry_run:
        return 0
    seed = secrets.randbits(32) if options.seed is None else options.seed
    progress: dict[str, Any] = {}
    if sys.stderr.isatty():
        progress["progress"] = functools.partial(_progress, options.requests)
    proc.become_subreaper()
    gc.disable()  # Whole rounds are dropped at once, and nothing in them is cyclic for long.
    with tempfile.TemporaryDirectory(prefix="soak-") as scratch:
        soak = Soak(seed, Limits(options.requests, options.duration), tools, scratch,
                    options.capsules, **progress)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number != signal.SIGHUP or signal.getsignal(number) == signal.SIG_DFL:  # nohup has it ignored
                signal.signal(number, lambda *_: soak.stop())
        verdict = soak.run()
    _tell(verdict, tools, options)
    return verdict.exit_code


def _tell(verdict: Verdict, tools: Tools, options: argparse.Namespace) -> None:
    """The record first: whoever was to read the rest may be gone."""
    if options.report:
        command = f"scripts/soak --requests {options.requests} --seed {verdict.seed}"
        if options.duration:
            command += f" --duration {options.duration:g}s"
        pathlib.Path(options.report).write_text(record(verdict, tools, command), encoding="utf-8")
    if sys.stderr.isatty():
        sys.stderr.write("\n")
    print(verdict.summary())
    for finding in verdict.findings:
        print(f"  {finding}")
    for capsule in verdict.capsules:
        print(f"  evidence: {capsule}")


if __name__ == "__main__":
    os.umask(0o022)
    sys.exit(command_line.exit_code(main))
