"""Fixtures around the load generator: itself, the yardstick server, servers in the test."""

import pathlib
import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from .deadline import scaled
from .finding import NotFound, find_program
from .line_server import LineServer
from .loadgen import WENT_THROUGH, Loadgen, target_of
from .running import running_programs
from .scripted_server import Script, ScriptedServer


def _found(name: str, option: str | None, iotcpd_binary: list[str]) -> str:
    """The program `name` beside the redirector under test, else found as that is."""
    try:
        return find_program(name, option, beside=iotcpd_binary[0])
    except NotFound as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture(scope="session")
def loadgen_binary(pytestconfig: pytest.Config, iotcpd_binary: list[str]) -> list[str]:
    """The load generator under test, as a list of words."""
    said = pytestconfig.getoption("--loadgen-binary")
    if said is None:
        return [_found("iotcpd-loadgen", "--loadgen-binary", iotcpd_binary)]
    words = shlex.split(said)
    if "/" in words[0]:
        words[0] = str((pathlib.Path(pytestconfig.invocation_params.dir) / words[0]).resolve())
    if not shutil.which(words[0]):
        pytest.fail(f"--loadgen-binary names no program that can be run: {words[0]}", pytrace=False)
    return words


@pytest.fixture
def loadgen(request: pytest.FixtureRequest, loadgen_binary: list[str],
            tmp_path: pathlib.Path) -> Iterator[Callable[..., Loadgen]]:
    """Factory of runs in the background; the test's end is theirs. Words may be servers.

    loadgen(server, *words, options={"rate": "100/s"}, cwd=None, env=None, ...) -> Loadgen; with
    options={"json": None} it writes no JSON result.
    """
    def start(*words: Any, **settings: Any) -> Loadgen:
        program = Loadgen(loadgen_binary, str(tmp_path), *words, **settings)
        programs.append(program)
        return program

    with running_programs(request.node) as programs:
        yield start


@pytest.fixture
def loadgen_run(loadgen: Callable[..., Loadgen]) -> Callable[..., Loadgen]:
    """The same to the end: loadgen_run(server, ..., within=30, expect=(0, 98)) -> Loadgen."""
    def run(*words: Any, within: float = 30.0, expect: int | tuple[int, ...] | None = WENT_THROUGH,
            **settings: Any) -> Loadgen:
        return loadgen(*words, **settings).wait(within, expect)

    return run


@pytest.fixture
def loadgen_command(loadgen_binary: list[str],
                    tmp_path: pathlib.Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run iotcpd-loadgen with exactly these words to its end: a CompletedProcess with text.

    `expect` is the exit code that it must have, None for any.
    """
    def run(*words: Any, within: float = 20.0, expect: int | None = 0,
            **settings: Any) -> subprocess.CompletedProcess[str]:
        settings.setdefault("cwd", tmp_path)
        done = subprocess.run([*loadgen_binary, *map(target_of, words)], capture_output=True,
                              text=True, stdin=subprocess.DEVNULL, timeout=scaled(within),
                              check=False, **settings)
        assert expect in (None, done.returncode), f"exit code {done.returncode}: {done.stderr}"
        return done

    return run


@pytest.fixture(scope="session")
def line_server_binary(iotcpd_binary: list[str]) -> str:
    """The yardstick server, which is built with the tests and never installed."""
    return _found("line-server", None, iotcpd_binary)


@pytest.fixture
def line_server(request: pytest.FixtureRequest, line_server_binary: str,
                tmp_path: pathlib.Path) -> Iterator[Callable[..., LineServer]]:
    """Factory of yardstick servers: line_server(service="exp(2ms)", seed=1) -> LineServer"""
    def start(**options: Any) -> LineServer:
        program = LineServer(line_server_binary, str(tmp_path), **options)
        programs.append(program)
        return program

    with running_programs(request.node) as programs:
        yield start


@pytest.fixture
def scripted_server() -> Iterator[Callable[..., ScriptedServer]]:
    """Factory of servers in the test: scripted_server(lambda line, number: line) -> ScriptedServer"""
    servers: list[ScriptedServer] = []

    def start(script: Script = lambda line, _: line, **settings: Any) -> ScriptedServer:
        servers.append(ScriptedServer(script, **settings))
        return servers[-1]

    yield start
    for server in servers:
        server.shut_down()
