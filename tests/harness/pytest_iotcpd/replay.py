"""usage: python3 -m pytest_iotcpd.replay DIR [--iotcpd-binary CMD] [--fake-daemon-binary PATH] [--times N]

Plays again what is kept in the capsule DIR, on the program that it was found with unless another is
named, until a checker complains, at most N times (20 unless given).

Exit code: 0 no checker complains any more, 1 one does, 64 bad use, 75 inconclusive: the machine is too
busy to tell, 70 an error of its own.
"""

import argparse
import dataclasses
import os
import shlex
import shutil
import signal
import sys
from collections.abc import Sequence
from typing import NoReturn

from . import command_line, proc
from .fake_daemon import ControlRefused
from .stateful import NotStarted, Scenario, Trial, Verdict, capsule

CLEAN, REPRODUCED, BAD_USE, INCONCLUSIVE = 0, 1, os.EX_USAGE, os.EX_TEMPFAIL


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(BAD_USE, f"replay: {message}\n")


def _command(text: str) -> list[str]:
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text}: {error}; accepted is a command as a shell reads"
                                         " it") from None
    if not words:
        raise argparse.ArgumentTypeError("it is empty; accepted is a command")
    return words


def _parse(words: Sequence[str]) -> tuple[capsule.Capsule, capsule.Programs, int]:
    """What is kept, the programs to play it on, and how often."""
    parser = _Parser(prog="replay", usage=__doc__.partition("\n")[0].removeprefix("usage: "),
                     description="Plays a capsule again.")
    parser.add_argument("folder", metavar="DIR")
    parser.add_argument("--iotcpd-binary", metavar="CMD", type=_command)
    parser.add_argument("--fake-daemon-binary", metavar="PATH")
    parser.add_argument("--times", metavar="N", type=int, default=20)
    chosen = parser.parse_args(words)
    if chosen.times < 1:
        parser.error(f"--times {chosen.times}: accepted is 1 or more")
    try:
        kept = capsule.read(chosen.folder)
    except ValueError as error:
        parser.error(str(error))
    programs = _programs(kept.programs, chosen)
    for program in (programs.redirector[0], programs.fake_daemon):
        if not shutil.which(program):
            parser.error(f"no program at {program}")
    return kept, programs, chosen.times


def _programs(programs: capsule.Programs, chosen: argparse.Namespace) -> capsule.Programs:
    redirector = tuple(chosen.iotcpd_binary or programs.redirector)
    if "/" in redirector[0]:
        redirector = (os.path.abspath(redirector[0]), *redirector[1:])
    return dataclasses.replace(programs, redirector=redirector, fake_daemon=os.path.abspath(
        programs.fake_daemon if chosen.fake_daemon_binary is None else chosen.fake_daemon_binary))


def _play_once(scenario: Scenario, programs: capsule.Programs) -> Verdict:
    with Trial(programs, scenario) as trial:
        trial.finish()
        return trial.verdict


def main(words: Sequence[str]) -> int:
    """Plays; returns the exit code."""
    kept, programs, times = _parse(words)
    proc.become_subreaper()
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)
    doubtful = 0
    for _ in range(times):
        try:
            verdict = _play_once(kept.scenario, programs)
        except NotStarted as error:
            print(f"replay: {programs.redirector[0]} is not ready: {error}", file=sys.stderr)
            return BAD_USE
        except ControlRefused as error:
            print(f"replay: a step injects what is no fault: {error}", file=sys.stderr)
            return BAD_USE
        if verdict.violations:
            print(capsule.describe(kept.scenario, programs, verdict), end="")
            same = set(verdict.checkers) & set(kept.checkers)
            print(f"reproduced: {', '.join(verdict.checkers)} complain"
                  + ("" if same else f", where it was {', '.join(kept.checkers)}"))
            return REPRODUCED
        doubtful += bool(verdict.doubtful)
    if doubtful:
        print(f"inconclusive: {doubtful} of {times} runs, {verdict}")
        return INCONCLUSIVE
    print(f"no checker complains in {times} runs; it was {', '.join(kept.checkers)}")
    return CLEAN


if __name__ == "__main__":
    sys.exit(command_line.exit_code(lambda: main(sys.argv[1:])))
