"""Fixtures around the redirector."""

import os
import pathlib
import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from .deadline import scaled
from .finding import NotFound, find_program, repository_root
from .iotcpd import Iotcpd
from .redirector_command import COMMAND
from .running import running_programs
from .valgrind import Unwatched, Valgrind


@pytest.fixture(scope="session")
def repository() -> pathlib.Path:
    """Root folder of the repository."""
    root = repository_root()
    if root is None:
        pytest.fail("the plugin was installed: there is no repository around it", pytrace=False)
    return root


@pytest.fixture(scope="session")
def iotcpd_binary(pytestconfig: pytest.Config) -> list[str]:
    """The command under test, as a list of words."""
    command = pytestconfig.stash[COMMAND]
    if command.is_template:
        pytest.fail("only pytest_iotcpd.conformance runs with a template: "
                    f"{shlex.join(command.words)}", pytrace=False)
    if not shutil.which(command.words[0]):
        pytest.fail(_missing(pytestconfig, command.words[0]), pytrace=False)
    return list(command.words)


def _missing(config: pytest.Config, program: str) -> str:
    if config.getoption("--iotcpd-binary"):
        return f"--iotcpd-binary names no program that can be run: {program}"
    try:
        return f"it has gone since the session began: {find_program('iotcpd', '--iotcpd-binary')}"
    except NotFound as error:
        return str(error)


@pytest.fixture
def iotcpd(request: pytest.FixtureRequest, iotcpd_binary: list[str], tmp_path: pathlib.Path,
           iotcpd_watch: Valgrind | Unwatched) -> Iterator[Callable[..., Iotcpd]]:
    """Factory of running redirectors on a free port of 127.0.0.1; the test's end is theirs.

    iotcpd(daemon="cat", n=2, *extra_words, options={"queue_size": 1}, cwd=None, env=None,
           wait_ready=True, ulimit_nofile=None, listen=("-i", "127.0.0.1", "-p", "0"),
           stderr_pipe=False, stdout_capacity=None) -> Iotcpd
    """
    def start(daemon: str | None = "cat", n: int | None = 2, *extra_words: str,
              wait_ready: bool = True, listen: tuple[str, ...] = ("-i", "127.0.0.1", "-p", "0"),
              **settings: Any) -> Iotcpd:
        daemon_words = [] if daemon is None else ["--daemon", daemon]
        count_words = [] if n is None else ["--num-daemons", str(n)]
        words = [*iotcpd_binary, *daemon_words, *count_words, *listen, *extra_words]
        program = Iotcpd(iotcpd_watch.words(words), str(tmp_path), **settings)
        programs.append(program)
        return program.wait_ready() if wait_ready else program

    with running_programs(request.node, iotcpd_watch.findings) as programs:
        yield start


@pytest.fixture
def iotcpd_run(iotcpd_binary: list[str], tmp_path: pathlib.Path,
               iotcpd_watch: Valgrind | Unwatched) -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Run iotcpd with exactly these words to its end: a CompletedProcess with bytes."""
    def run(*words: str | os.PathLike[str], within: float = 10.0,
            **settings: Any) -> subprocess.CompletedProcess[bytes]:
        settings.setdefault("cwd", tmp_path)
        ended = subprocess.run(iotcpd_watch.words([*iotcpd_binary, *map(str, words)]),
                               capture_output=True, check=False, stdin=subprocess.DEVNULL,
                               timeout=scaled(within), **settings)
        assert not iotcpd_watch.findings(), "\n".join(iotcpd_watch.findings())
        return ended

    return run
