"""The plugin as others have it: installed by pip, with nothing of the repository around."""

import pathlib
import re
import shutil
import subprocess
import sys

import pytest

from user_project import HARNESS, UserProject

pytestmark = pytest.mark.timeout(300)

DAEMON_IS_CAT = '''
def test_cat_answers(iotcpd):
    assert iotcpd("cat", 1).ask(b"hello\\n") == b"hello\\n"
'''
ASKS_FOR_THE_REPOSITORY = '''
def test_in_vain(repository):
    pass
'''

#: As strict as type checkers are.
TYPED = '''from collections.abc import Callable
from pytest_iotcpd import FakeEvidence, Iotcpd
from pytest_iotcpd.history import CheckedRun, Promises


def test_cat_answers(iotcpd: Callable[..., Iotcpd], fake: Callable[..., FakeEvidence]) -> None:
    assert iotcpd("cat", 1).ask(b"hello\\n") == b"hello\\n"
    run = CheckedRun(iotcpd("cat", 1), fake(), Promises(num_daemons=1))
    assert [record.outcome for record in run.ask([""])] == ["reply"]
'''


def run(*words):
    ended = subprocess.run([str(word) for word in words], check=False, capture_output=True, text=True,
                           timeout=240)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """The interpreter of an environment into which the plugin was installed, without a network."""
    for module, package in (("venv", "python3"), ("pip", "python3-pip"),
                            ("setuptools", "python3-setuptools"), ("wheel", "python3-wheel")):
        found = subprocess.run(["/usr/bin/python3", "-c", f"import {module}"], check=False,
                               capture_output=True)
        if found.returncode:
            pytest.skip(f"nothing can be installed: Python has no {module} (Debian: {package})")
    folder = tmp_path_factory.mktemp("installed")
    # What is built stands beside the sources.
    shutil.copytree(HARNESS, folder / "harness", ignore=shutil.ignore_patterns("__pycache__"))
    run("/usr/bin/python3", "-m", "venv", "--without-pip", "--system-site-packages", folder / "venv")
    interpreter = folder / "venv/bin/python"
    run(interpreter, "-m", "pip", "install", "--no-index", "--no-build-isolation", "--no-deps",
        folder / "harness")
    return interpreter


@pytest.fixture
def project(python, tmp_path):
    """project(text of the test file): a UserProject of that environment."""
    return lambda text: UserProject(tmp_path / "project", {"test_it.py": text}, python=python,
                                    from_sources=False)


@pytest.fixture
def path_with_iotcpd(iotcpd_binary):
    return f"{pathlib.Path(iotcpd_binary[-1]).parent}:/usr/bin:/bin"


@pytest.mark.parametrize("words", [[], ["-p", "pytest_iotcpd"]], ids=["by itself", "asked for twice"])
def test_an_installed_plugin_is_there_and_finds_the_programs_on_path(project, path_with_iotcpd, words):
    user = project(DAEMON_IS_CAT)
    ended = user.run(*words, path=path_with_iotcpd)
    assert (ended.returncode, user.outcomes()) == (0, {"test_cat_answers": "passed"}), ended.stdout
    assert ended.stdout.count("iotcpd: seed") == 1
    assert re.search(r"iotcpd: \S+/iotcpd \(iotcpd [\d.]+", ended.stdout), ended.stdout
    assert "plugins: " in ended.stdout and "iotcpd-" in ended.stdout


def test_who_has_no_redirector_is_told_in_one_line_where_it_was_sought(project):
    user = project(DAEMON_IS_CAT)
    ended = user.run(path="/usr/bin:/bin")
    assert user.outcomes() == {"test_cat_answers": "error"}
    told = [line for line in ended.stdout.splitlines() if line.startswith("no program iotcpd")]
    assert told == ["no program iotcpd: sought in PATH; build it, install it, or name one with "
                    "--iotcpd-binary"], ended.stdout


def test_there_is_no_repository_around_it(project):
    user = project(ASKS_FOR_THE_REPOSITORY)
    ended = user.run()
    assert user.outcomes() == {"test_in_vain": "error"}
    assert "there is no repository around it" in ended.stdout


def test_the_repositorys_own_tests_refuse_a_plugin_that_is_not_beside_them(python, repository):
    ended = subprocess.run([python, "-m", "pytest", "-p", "no:cacheprovider", "--collect-only",
                            "tests/harness/history"], cwd=repository, capture_output=True, text=True,
                           check=False, timeout=120)
    assert ended.returncode == 4
    assert re.search(r"these tests need the pytest_iotcpd of \S+/tests/harness, and \S+ is installed",
                     ended.stdout + ended.stderr), ended.stderr


def test_everything_of_the_package_was_installed(python):
    listed = run(python, "-c", "import pytest_iotcpd, pathlib; "
                 "print(*pathlib.Path(pytest_iotcpd.__file__).parent.rglob('*'), sep='\\n')")
    names = {line.partition("/pytest_iotcpd/")[2] for line in listed.splitlines()}
    sources = HARNESS / "pytest_iotcpd"
    wanted = {str(path.relative_to(sources)) for path in sources.rglob("*")
              if path.is_file() and "__pycache__" not in path.parts}
    assert "site-packages/pytest_iotcpd" in listed
    assert "py.typed" in wanted and wanted - names == set()


@pytest.mark.parametrize("attribute, told", [
    ("ask", ""), ("aks", 'test_it.py:7: error: "Iotcpd" has no attribute "aks"')], ids=["right", "wrong"])
def test_the_types_of_a_users_tests_are_checked_against_it(python, project, attribute, told):
    found = subprocess.run(["/usr/bin/python3", "-c", "import mypy"], check=False, capture_output=True)
    if found.returncode:
        pytest.skip("nothing checks types: Python has no mypy (Debian: mypy)")
    user = project(TYPED.replace(".ask", f".{attribute}"))
    checked = subprocess.run(["/usr/bin/python3", "-m", "mypy", "--strict", "--python-executable", python,
                              "--cache-dir", user.folder / "types", "--no-error-summary", "test_it.py"],
                             cwd=user.folder, capture_output=True, text=True, check=False, timeout=240)
    assert checked.stdout.startswith(told) and bool(checked.stdout) == bool(told), checked.stdout


def test_its_version_is_that_of_the_project(repository):
    project_version = re.search(r"^  VERSION ([\d.]+)$", (repository / "CMakeLists.txt").read_text(),
                                re.MULTILINE)[1]
    assert f'\nversion = "{project_version}"\n' in (HARNESS / "pyproject.toml").read_text()


def test_importing_it_needs_pytest_alone():
    """Extras are extras: blocked, they are not missed."""
    blocked = "import sys; sys.modules.update(hypothesis=None, xdist=None, pytest_timeout=None); "
    imports = "; ".join(f"import {name}" for name in plugin_modules())
    run(sys.executable, "-c", f"import sys; sys.path.insert(0, {str(HARNESS)!r}); {blocked}{imports}")


def plugin_modules():
    """All but those that run when they are imported, those that pytest collects, and the search."""
    sources = HARNESS / "pytest_iotcpd"
    names = {".".join(path.relative_to(HARNESS).with_suffix("").parts)
             for path in sources.rglob("[!_]*.py") if not re.match(r"test_|conftest", path.name)}
    return sorted(names - {"pytest_iotcpd.stateful.machine", "pytest_iotcpd.stateful.search"})
