"""What a session says first: the programs and their versions, the seed, the scale of deadlines."""

import pathlib
import re
import shlex
import shutil
import subprocess

import pytest

from . import deadline, seed
from .finding import NotFound, find_program
from .redirector_command import COMMAND

_CACHED = re.compile(r"^(CMAKE_BUILD_TYPE|IOTCPD_INSTRUMENTATION):STRING=(.*)$", re.MULTILINE)


def pytest_report_header(config: pytest.Config) -> list[str]:
    command = config.stash[COMMAND]
    said = seed.seed_of(config)
    drawn = f"seed {said} (the same again: --iotcpd-seed={said}), timeout scale {deadline.scaled(1):g}"
    if command.is_template:
        return [f"redirector: {shlex.join(command.words)}", f"iotcpd: {drawn}"]
    watched = ", under valgrind" if config.getoption("--iotcpd-valgrind") else ""
    return [f"iotcpd: {shlex.join(command.words)} ({version(command.words)}"
            f"{build_type(command.words[0])}){watched}",
            f"iotcpd: with {_helper('iotcpd-fake-daemon', command.words[0])}, "
            f"{_helper('iotcpd-loadgen', command.words[0], config.getoption('--loadgen-binary'))}",
            f"iotcpd: {drawn}"]


def version(words: list[str], option: str = "-v") -> str:
    """First line of what a program says of its version, or why it says nothing."""
    try:
        answer = subprocess.run([*words, option], capture_output=True, text=True, errors="replace",
                                timeout=10, stdin=subprocess.DEVNULL, check=False)
        return (answer.stdout or answer.stderr).partition("\n")[0]
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"cannot be run: {error}"


def build_type(program: str) -> str:
    """", Release" for a program that is still where CMake has built it."""
    path = shutil.which(program)
    if not path:
        return ""
    cache = pathlib.Path(path).resolve().parent.parent / "CMakeCache.txt"
    if not cache.is_file():
        return ""
    said = dict(_CACHED.findall(cache.read_text(encoding="utf-8", errors="replace")))
    told = [said.get("CMAKE_BUILD_TYPE", ""), said.get("IOTCPD_INSTRUMENTATION", "")]
    return "".join(f", {word}" for word in told if word not in ("", "none"))


def _helper(name: str, beside: str, command: str | None = None) -> str:
    try:
        words = shlex.split(command) if command else [find_program(name, beside=beside)]
    except NotFound:
        return f"no {name}"
    return version(words)
