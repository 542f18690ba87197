"""docs/pytest.md: its example works as it stands there, and it tells of what there is."""

import pathlib
import re
import subprocess
import sys

import pytest
import yaml

from user_project import HARNESS, UserProject

pytestmark = pytest.mark.timeout(250)

PROGRAM_FIXTURE = re.compile(r"^(\w+)(?: \[\w+ scope\])? -- \S*pytest_iotcpd/", re.M)


@pytest.fixture
def page(repository):
    return (repository / "docs/pytest.md").read_text(encoding="utf-8")


def example_files(page):
    """{name: text} of the blocks that a sentence ending in `name`: goes before."""
    return {name: text for name, text in re.findall(r"`([\w.]+)`:\n\n```python\n(.*?)```", page, re.S)}


def section(page, title):
    return page.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def first_cells(text):
    """Words of code in the first column of the tables."""
    rows = re.findall(r"^\| (`[^|]*) \|", text, re.M)
    return {name for row in rows for name in re.findall(r"`([-\w]+)[^`]*`", row)}


@pytest.fixture
def example(page, tmp_path):
    return UserProject(tmp_path / "project", example_files(page))


def ci_words(page):
    (line,) = re.findall(r"^~/tests/bin/python -m pytest (.*)$", page, re.M)
    return line.split()


def test_the_example_passes_as_ci_runs_it(page, example, iotcpd_binary):
    ended = example.run(*ci_words(page), f"--iotcpd-binary={iotcpd_binary[-1]}", within=180)
    outcomes = example.outcomes()
    assert outcomes.pop("test_it_is_fast_enough") in ("passed", "skipped"), ended.stdout
    assert len(outcomes) == 7 and set(outcomes.values()) == {"passed"}, ended.stdout


def test_ci_installs_the_plugin_as_the_page_says(page):
    (installing,) = re.findall(r"```\n(.*?)```", section(page, "Installing"), re.S)
    (steps,) = re.findall(r"```sh\n(.*?)```", page, re.S)
    assert installing in steps


def test_the_jobs_of_ci_are_yaml_and_run_its_steps(page):
    gitlab, github = map(yaml.safe_load, re.findall(r"```yaml\n(.*?)```", page, re.S))
    (job,) = gitlab.values()
    assert job["script"] == ["sh ci.sh"] and job["artifacts"]["reports"]["junit"] in ci_words(page)[0]
    (job,) = github["jobs"].values()
    assert job["container"] == "debian:12" and {"run": "sh ci.sh"} in job["steps"]
    kept = [step["with"]["path"] for step in job["steps"] if "with" in step]
    assert [f"--junit-xml={path}" for path in kept] == ci_words(page)[:1]


@pytest.mark.parametrize("right, wrong, fails", [
    ("sys.stdin.buffer", "sys.stdin", "test_it_survives_every_line[not UTF-8]"),
    ("flush=True", "flush=True, end='\\\\n\\\\n'", "test_what_is_listed_is_blocked"),
    (".lower()", ".lower() if line.strip() else sys.exit(3)", "test_it_survives_every_line[empty]"),
], ids=["undecodable", "says too much", "dies"])
def test_the_example_notices_a_daemon_that_is_wrong(page, tmp_path, iotcpd_binary, right, wrong, fails):
    files = example_files(page)
    assert right in files["blocklist.py"]
    files["blocklist.py"] = files["blocklist.py"].replace(right, wrong.replace("\\\\", "\\"))
    user = UserProject(tmp_path / "broken", files)
    name = fails.partition("[")[0]
    user.run("-k", name, f"--iotcpd-binary={iotcpd_binary[-1]}")
    assert user.outcomes()[fails] in ("failed", "error")


def test_the_page_has_every_fixture_and_no_other(page):
    listed = subprocess.run([sys.executable, "-m", "pytest", "-p", "pytest_iotcpd", "--fixtures", "-q",
                             "--rootdir=/", "/dev/null"], cwd=HARNESS, capture_output=True, text=True,
                            timeout=180, check=False).stdout
    there = set(PROGRAM_FIXTURE.findall(re.sub(r"\.{3}/", "", listed)))
    assert {"iotcpd", "fake", "iotcpd_seed"} <= there, listed
    assert first_cells(section(page, "Fixtures")) == there


def test_the_page_has_every_option_and_no_other(page):
    said = subprocess.run([sys.executable, "-m", "pytest", "-p", "pytest_iotcpd", "--help"], cwd=HARNESS,
                          capture_output=True, text=True, timeout=180, check=False).stdout
    groups = re.findall(r"^iotcpd[ \w]*:\n((?:  .*\n|\n(?=  ))+)", said, re.M)
    there = set(re.findall(r"^  (--[a-z-]+)", "".join(groups), re.M))
    assert {"--iotcpd-binary", "--conformance-json"} <= there
    assert first_cells(section(page, "Options")) == there


def test_methods_that_are_named_exist(page):
    from pytest_iotcpd import FakeDaemon, FakeEvidence, Iotcpd, Loadgen
    classes = {cls.__name__: cls for cls in (FakeDaemon, FakeEvidence, Iotcpd, Loadgen)}
    named = re.findall(r"Class `(\w+)`(?: adds|:) ((?:`\w+`(?:, )?)+)", section(page, "Fixtures"))
    assert {name for name, _ in named} == set(classes)
    for name, methods in named:
        missing = [method for method in re.findall(r"`(\w+)`", methods)
                   if not hasattr(classes[name], method)]
        assert not missing, name


def test_the_commands_that_install_it_are_those_of_the_test(page):
    source = pathlib.Path(HARNESS / "test_installed.py").read_text(encoding="utf-8")
    for word in ("--system-site-packages", "--no-build-isolation", "--no-deps"):
        assert word in section(page, "Installing") and word in source
