"""pytest plugin: end-to-end tests of iotcpd, of what runs behind it, or of anything that keeps its
command line. docs/pytest.md is its manual.

Installed, it is there; from the sources say `-p pytest_iotcpd` with tests/harness on the Python path.
"""

from . import proc
from .deadline import eventually, scaled
from .fake_daemon import WHO, FakeDaemon, FakeEvidence
from .iotcpd import Iotcpd, option_words
from .line_client import LineClient
from .loadgen import Loadgen
from .scripted_server import ScriptedServer
from .traffic import ERROR_REPLY, assert_own, in_parallel, unique_request

__all__ = ["ERROR_REPLY", "FakeDaemon", "FakeEvidence", "Iotcpd", "LineClient", "Loadgen",
           "ScriptedServer", "WHO", "assert_own", "eventually", "in_parallel", "option_words", "proc",
           "scaled", "unique_request"]

#: Hooks and fixtures, by concern. The plugin's name is that of its entry point too, so that pytest
#: takes it once however it is asked for.
pytest_plugins = [f"pytest_iotcpd.{module}" for module in (
    "options", "interruption", "header", "reporting", "seed", "turns", "valgrind", "iotcpd_fixtures",
    "fake_fixtures", "loadgen_fixtures", "conformance.plugin", "run_report.plugin")]
