"""pytest plugin: end-to-end tests of iotcpd, or of anything that keeps its command line.

Use it with `-p pytest_iotcpd` and tests/harness on the Python path.
"""

import functools
import os
import pathlib
import shlex
import subprocess

import pytest

from . import deadline, proc
from .deadline import eventually, scaled
from .fake_daemon import WHO, FakeDaemon, FakeEvidence
from .iotcpd import Iotcpd, option_words
from .line_client import LineClient
from .loadgen import Loadgen
from .loadgen_fixtures import (line_server, line_server_binary, loadgen, loadgen_binary,
                               loadgen_command, loadgen_run, scripted_server)
from .redirector_command import COMMAND, read_command
from .running import CALL_PASSED, RUNNING, running_programs
from .traffic import ERROR_REPLY, assert_own, in_parallel, unique_request

__all__ = ["ERROR_REPLY", "FakeDaemon", "FakeEvidence", "Iotcpd", "LineClient", "Loadgen", "WHO",
           "assert_own", "eventually", "in_parallel", "line_server", "line_server_binary",
           "loadgen", "loadgen_binary", "loadgen_command", "loadgen_run", "option_words", "proc",
           "scaled", "scripted_server", "unique_request"]

pytest_plugins = ["pytest_iotcpd.conformance.plugin", "pytest_iotcpd.run_report.plugin"]

_ROOT = pathlib.Path(__file__).resolve().parents[3]
_DEFAULT_BINARY = "build/release/bin/iotcpd"


def pytest_addoption(parser):
    group = parser.getgroup("iotcpd")
    group.addoption("--iotcpd-binary", default=None, metavar="CMD",
                    help=f"the redirector to test (default: {_DEFAULT_BINARY} in the repository); with"
                         " {port}, {n} and {daemon} or {daemon...} in it the command of any"
                         " redirector, for pytest_iotcpd.conformance")
    group.addoption("--loadgen-binary", default=None, metavar="CMD",
                    help="the load generator to test (default: iotcpd-loadgen beside the redirector"
                         " under test, else that of the release build)")
    group.addoption("--timeout-scale", type=float, default=1.0, metavar="X",
                    help="multiply every deadline by X (sanitizers, slow machines)")


def pytest_configure(config):
    config.stash[COMMAND] = read_command(config, shlex.quote(str(_ROOT / _DEFAULT_BINARY)))
    deadline.set_scale(config.getoption("--timeout-scale"))
    proc.become_subreaper()
    config.addinivalue_line("markers", "xdist_group(name): tests of one group share a worker")
    config.addinivalue_line("markers", "timeout(seconds): deadline of a test (pytest-timeout)")


def _binary_words(config):
    return config.stash[COMMAND].words


def pytest_report_header(config):
    words = _binary_words(config)
    if config.stash[COMMAND].is_template:
        return f"redirector: {shlex.join(words)}, timeout scale {deadline.scaled(1):g}"
    try:
        answer = subprocess.run([*words, "-v"], capture_output=True, text=True, timeout=10,
                                stdin=subprocess.DEVNULL, check=False)
        version = (answer.stdout or answer.stderr).partition("\n")[0]
    except (OSError, subprocess.TimeoutExpired) as error:
        version = f"cannot be run: {error}"
    return f"iotcpd: {shlex.join(words)} ({version}), timeout scale {deadline.scaled(1):g}"


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    if report.when == "call":
        item.stash[CALL_PASSED] = report.passed
    if report.failed:
        for programs in item.stash.get(RUNNING, []):
            for program in programs:
                report.sections.extend(program.report_sections())


@pytest.fixture(scope="session")
def repository():
    """Root folder of the repository."""
    return _ROOT


@pytest.fixture(scope="session")
def iotcpd_binary(pytestconfig):
    """The command under test, as a list of words."""
    words = _binary_words(pytestconfig)
    if pytestconfig.stash[COMMAND].is_template:
        pytest.fail(f"only pytest_iotcpd.conformance runs with a template: {shlex.join(words)}")
    if "/" in words[0] and not os.access(words[0], os.X_OK):
        pytest.fail(f"no program at {words[0]}: build it, or name one with --iotcpd-binary")
    return words


@pytest.fixture
def iotcpd(request, iotcpd_binary, tmp_path):
    """Factory of running redirectors on a free port of 127.0.0.1; the test's end is theirs.

    iotcpd(daemon="cat", n=2, *extra_words, options={"queue_size": 1}, cwd=None, env=None,
           wait_ready=True, ulimit_nofile=None, listen=("-i", "127.0.0.1", "-p", "0"),
           stderr_pipe=False, stdout_capacity=None) -> Iotcpd
    """
    def start(daemon="cat", n=2, *extra_words, wait_ready=True,
              listen=("-i", "127.0.0.1", "-p", "0"), **settings):
        daemon_words = [] if daemon is None else ["--daemon", daemon]
        count_words = [] if n is None else ["--num-daemons", str(n)]
        program = Iotcpd([*iotcpd_binary, *daemon_words, *count_words, *listen, *extra_words],
                         str(tmp_path), **settings)
        programs.append(program)
        return program.wait_ready() if wait_ready else program

    with running_programs(request.node) as programs:
        yield start


@pytest.fixture(scope="session")
def fake_daemon_binary(pytestconfig):
    """iotcpd-fake-daemon: the one beside the redirector under test, else that of the release
    build."""
    beside = pathlib.Path(_binary_words(pytestconfig)[0]).with_name("iotcpd-fake-daemon")
    path = beside if beside.is_file() else (_ROOT / _DEFAULT_BINARY).with_name(beside.name)
    if not os.access(path, os.X_OK):
        pytest.fail(f"no program at {path}: build it")
    return str(path)


@pytest.fixture
def fake(fake_daemon_binary, tmp_path):
    """Factory of commands for --daemon that run fake daemons, with their journal and control.

    fake(*words, fault=["before-reply = drop"], latency="5ms", wrap=["cat"]) -> FakeEvidence;
    give str() of it to iotcpd(...).
    """
    return functools.partial(FakeEvidence, fake_daemon_binary, tmp_path)


@pytest.fixture
def fake_daemon(fake_daemon_binary, tmp_path):
    """Factory of fake daemons on pipes of the test's own: the same arguments -> FakeDaemon."""
    daemons = []

    def start(*words, **options):
        daemons.append(FakeDaemon(fake_daemon_binary, tmp_path, *words, **options))
        return daemons[-1]

    yield start
    for daemon in daemons:
        daemon.shut_down()


@pytest.fixture
def iotcpd_run(iotcpd_binary, tmp_path):
    """Run iotcpd with exactly these words to its end: a CompletedProcess with bytes."""
    def run(*words, within=10.0, **settings):
        settings.setdefault("cwd", tmp_path)
        return subprocess.run([*iotcpd_binary, *map(str, words)], capture_output=True, check=False,
                              stdin=subprocess.DEVNULL, timeout=scaled(within), **settings)

    return run
