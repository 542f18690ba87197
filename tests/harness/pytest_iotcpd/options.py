"""The command line of the plugin, and what is set before the first test."""

import shlex

import pytest

from . import checked_options, deadline, proc, seed, valgrind
from .finding import NotFound, find_program
from .matrix.coverage import MatrixReport
from .redirector_command import COMMAND, read_command


#: Of deadlines: more is as good as none.
_LARGEST_SCALE = 1000
_MOST_EXAMPLES = 1_000_000


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("iotcpd")
    group.addoption("--iotcpd-binary", default=None, metavar="CMD",
                    help="the redirector to test (default: the release build of the repository, else"
                         " iotcpd on PATH); with {port}, {n} and {daemon} or {daemon...} in it the"
                         " command of any redirector, for pytest_iotcpd.conformance")
    group.addoption("--loadgen-binary", default=None, metavar="CMD",
                    help="the load generator to test (default: iotcpd-loadgen beside the redirector,"
                         " else found as that is)")
    group.addoption("--iotcpd-valgrind", action="store_true",
                    help="run the redirector under valgrind: what it finds fails the test")
    group.addoption("--iotcpd-seed", type=int, default=None, metavar="N",
                    help="the seed that the fixture iotcpd_seed gives (default: another one each time,"
                         " shown in the header)")
    group.addoption("--timeout-scale", type=float, default=None, metavar="X",
                    help="multiply every deadline by X (sanitizers, slow machines; default: 1, with"
                         f" --iotcpd-valgrind {valgrind.TIMEOUT_SCALE:g})")
    group.addoption("--fault-matrix", default=None, metavar="FILE",
                    help="write which cells of the fault matrix were played to FILE, as Markdown")
    group.addoption("--stateful-examples", type=int, default=24, metavar="N",
                    help="how many sequences of steps the stateful search plays (default: 24)")
    group.addoption("--stateful-seed", type=int, default=1, metavar="N",
                    help="which sequences they are (default: 1)")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[COMMAND] = read_command(config, _default_command())
    if (loadgen := config.getoption("--loadgen-binary")) is not None:
        checked_options.words("--loadgen-binary", loadgen)
    deadline.set_scale(_timeout_scale(config))
    seed.choose(config)
    seed.check("--stateful-seed", config.getoption("--stateful-seed"))
    checked_options.positive("--stateful-examples", config.getoption("--stateful-examples"), _MOST_EXAMPLES)
    checked_options.file_to_write("--fault-matrix", config.getoption("--fault-matrix"))
    proc.become_subreaper()
    config.pluginmanager.register(MatrixReport(config))
    config.addinivalue_line("markers", "xdist_group(name): tests of one group share a worker")
    config.addinivalue_line("markers", "timeout(seconds): deadline of a test (pytest-timeout)")


def _default_command() -> str:
    """Who needs a redirector that is not there is told so then: other tests may run without one."""
    try:
        return shlex.quote(find_program("iotcpd"))
    except NotFound:
        return "iotcpd"


def _timeout_scale(config: pytest.Config) -> float:
    scale: float | None = config.getoption("--timeout-scale")
    if scale is None:
        return valgrind.TIMEOUT_SCALE if config.getoption("--iotcpd-valgrind") else 1.0
    return checked_options.positive("--timeout-scale", scale, _LARGEST_SCALE)
