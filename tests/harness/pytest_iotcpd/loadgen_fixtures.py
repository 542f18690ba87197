"""Fixtures around the load generator: itself, the yardstick server, servers in the test."""

import os
import pathlib
import shlex
import subprocess

import pytest

from .deadline import scaled
from .line_server import LineServer
from .loadgen import WENT_THROUGH, Loadgen, target_of
from .running import running_programs
from .scripted_server import ScriptedServer


def _beside(iotcpd_binary, repository, name):
    """The program `name` beside the redirector under test, else that of the release build."""
    beside = pathlib.Path(iotcpd_binary[0]).with_name(name)
    path = beside if beside.is_file() else repository / "build/release/bin" / name
    if not os.access(path, os.X_OK):
        pytest.fail(f"no program at {path}: build it")
    return str(path)


@pytest.fixture(scope="session")
def loadgen_binary(pytestconfig, iotcpd_binary, repository):
    """The load generator under test, as a list of words."""
    words = shlex.split(pytestconfig.getoption("--loadgen-binary") or "")
    if not words:
        return [_beside(iotcpd_binary, repository, "iotcpd-loadgen")]
    if "/" in words[0]:
        words[0] = str((pathlib.Path(pytestconfig.invocation_params.dir) / words[0]).resolve())
    return words


@pytest.fixture
def loadgen(request, loadgen_binary, tmp_path):
    """Factory of runs in the background; the test's end is theirs. Words may be servers.

    loadgen(server, *words, options={"rate": "100/s"}, cwd=None, env=None, ...) -> Loadgen; with
    options={"json": None} it writes no JSON result.
    """
    def start(*words, **settings):
        program = Loadgen(loadgen_binary, str(tmp_path), *words, **settings)
        programs.append(program)
        return program

    with running_programs(request.node) as programs:
        yield start


@pytest.fixture
def loadgen_run(loadgen):
    """The same to the end: loadgen_run(server, ..., within=30, expect=(0, 98)) -> Loadgen."""
    def run(*words, within=30.0, expect=WENT_THROUGH, **settings):
        return loadgen(*words, **settings).wait(within, expect)

    return run


@pytest.fixture
def loadgen_command(loadgen_binary, tmp_path):
    """Run iotcpd-loadgen with exactly these words to its end: a CompletedProcess with text.

    `expect` is the exit code that it must have, None for any.
    """
    def run(*words, within=20.0, expect=0, **settings):
        settings.setdefault("cwd", tmp_path)
        done = subprocess.run([*loadgen_binary, *map(target_of, words)], capture_output=True,
                              text=True, stdin=subprocess.DEVNULL, timeout=scaled(within),
                              check=False, **settings)
        assert expect in (None, done.returncode), f"exit code {done.returncode}: {done.stderr}"
        return done

    return run


@pytest.fixture(scope="session")
def line_server_binary(iotcpd_binary, repository):
    return _beside(iotcpd_binary, repository, "line-server")


@pytest.fixture
def line_server(request, line_server_binary, tmp_path):
    """Factory of yardstick servers: line_server(service="exp(2ms)", seed=1) -> LineServer"""
    def start(**options):
        program = LineServer(line_server_binary, str(tmp_path), **options)
        programs.append(program)
        return program

    with running_programs(request.node) as programs:
        yield start


@pytest.fixture
def scripted_server():
    """Factory of servers in the test: scripted_server(lambda line, number: line) -> ScriptedServer"""
    servers = []

    def start(script=lambda line, _: line, **settings):
        servers.append(ScriptedServer(script, **settings))
        return servers[-1]

    yield start
    for server in servers:
        server.shut_down()
