"""The profiles of the fake daemon: each is sound, says what it does, and is found where it is installed."""

import pathlib
import re
import subprocess

import pytest

from pytest_iotcpd import scaled

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "fake-daemons" / "profiles"
NAMES = sorted(path.stem for path in FOLDER.glob("*.profile"))
#: What a profile cannot show by itself: one needs the control socket, one another personality.
NOT_ON_A_BAD_DAY = {"off", "hold", "wrong-id"}


def run(*words):
    return subprocess.run(list(map(str, words)), check=False, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=scaled(20))


@pytest.fixture(scope="session")
def fake_run(fake_daemon_binary):
    """fake_run(*words) runs the program to its end."""
    return lambda *words: run(fake_daemon_binary, *words)


@pytest.fixture(scope="session")
def installed(fake_daemon_binary, tmp_path_factory):
    """The same in an installed tree."""
    build = pathlib.Path(fake_daemon_binary).parents[1]
    if not (build / "cmake_install.cmake").exists():
        pytest.skip("the program under test is installed, not built: nothing is there to install")
    prefix = tmp_path_factory.mktemp("prefix")
    answer = run("cmake", "--install", build, "--prefix", prefix)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return prefix


@pytest.mark.parametrize("name", NAMES)
def test_what_a_profile_comes_to_is_a_profile_that_comes_to_the_same(fake_run, tmp_path, name):
    once = fake_run("--profile", FOLDER / f"{name}.profile", "--print")
    assert (once.returncode, once.stderr) == (0, "")
    copy = tmp_path / "copy.profile"
    copy.write_text(once.stdout, encoding="utf-8")
    twice = fake_run("--profile", copy, "--print")
    assert (twice.returncode, twice.stdout) == (0, once.stdout), twice.stderr


@pytest.mark.parametrize("name", NAMES)
def test_no_setting_of_a_profile_is_lost(fake_run, name):
    lines = (FOLDER / f"{name}.profile").read_text(encoding="utf-8").splitlines()
    settings = [line for line in lines if line and not line.startswith("#")]
    printed = fake_run("--profile", FOLDER / f"{name}.profile", "--print").stdout.splitlines()
    assert settings
    assert sum(line.startswith("fault =") for line in settings) == \
        sum(line.startswith("fault =") for line in printed)
    assert {line for line in settings if not line.startswith("fault =")} <= set(printed)


@pytest.mark.parametrize("name", NAMES)
def test_the_first_line_of_a_profile_fits_into_the_list(name):
    first = (FOLDER / f"{name}.profile").read_text(encoding="utf-8").partition("\n")[0]
    assert re.fullmatch(r"# \S.*\S", first)
    assert len(f"{name:<20} {first[2:]}") <= 100


def test_all_are_listed_with_what_they_do(fake_run):
    listed = dict(line.split(maxsplit=1) for line in fake_run("--list-profiles").stdout.splitlines())
    assert sorted(listed) == NAMES
    for name, about in listed.items():
        assert (FOLDER / f"{name}.profile").read_text(encoding="utf-8").startswith(f"# {about}\n")


def test_a_bad_day_has_every_action(fake_run):
    refused = fake_run("--fault", "idle = nonsense").stderr
    actions = set(re.findall(r"[a-z-]+(?=\(|,| or |\)| at )", refused.partition("an action: ")[2]))
    text = (FOLDER / "bad-day.profile").read_text(encoding="utf-8")
    missing = {action for action in actions if not re.search(rf"\b{action}(\(|$)", text, re.M)}
    assert len(actions) > 20
    assert missing - {"session"} == NOT_ON_A_BAD_DAY


@pytest.mark.parametrize("name", NAMES)
def test_an_installed_program_finds_them_by_name(installed, fake_run, name):
    program = installed / "bin" / "iotcpd-fake-daemon"
    by_name = run(program, "--profile", name, "--seed", 1, "--print")
    by_path = fake_run("--profile", FOLDER / f"{name}.profile", "--seed", 1, "--print")
    assert (by_name.returncode, by_name.stdout) == (0, by_path.stdout), by_name.stderr


def test_the_manual_page_and_the_schema_are_installed_with_it(installed):
    assert (installed / "share/man/man1/iotcpd-fake-daemon.1").is_file()
    assert (installed / "share/iotcpd/journal.schema.json").is_file()


def test_an_unknown_name_is_refused_with_those_near_to_it(fake_run):
    answer = fake_run("--profile", "flakey")
    assert answer.returncode == 64
    assert answer.stderr == "iotcpd-fake-daemon: unknown profile 'flakey'; did you mean flaky?\n"


def test_a_name_near_to_none_is_refused_with_where_to_look(fake_run):
    answer = fake_run("--profile", "xyzzy")
    assert answer.returncode == 64
    assert "--list-profiles shows those there are" in answer.stderr


@pytest.mark.parametrize("line, named", [
    ("latency = soon", "line 2: latency: expected a time"),
    ("fault = after-read = frob", "line 2: fault: expected an action"),
    ("profile = flaky", "line 2: 'profile = flaky'"),
    ("latency", "line 2: 'latency'"),
])
def test_a_wrong_line_is_named(fake_run, tmp_path, line, named):
    path = tmp_path / "wrong.profile"
    path.write_text(f"# wrong\n{line}\n", encoding="utf-8")
    answer = fake_run("--profile", path)
    assert answer.returncode == 78
    assert named in answer.stderr and answer.stderr.count("\n") == 1
