"""A capsule: the folder in which a failing run is kept, with all that it takes to play it again.

    capsule.json   what was run with what, versions, the violations; its "format" is 1
    scenario.json  number of daemons, seed, manner and steps: all that a replay needs
    verdict.txt    the same for a reader
    client.jsonl   what each client saw
    trace.jsonl, journal.jsonl, log.txt   what redirector and daemons have told
"""

import dataclasses
import datetime
import json
import pathlib
import platform
import shlex
import shutil
import subprocess
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..program import StrPath, option_words
from .scenario import Scenario
from .steps import to_json
from .verdict import Verdict

if TYPE_CHECKING:
    from .trial import Trial

_FORMAT = 1
_LONGEST_REST_S = 600


@dataclasses.dataclass(frozen=True)
class Programs:
    """What a scenario is played on: the words of a redirector's command, and a fake daemon. `rest_s`
    is how long to wait for such a redirector to come to rest."""
    redirector: tuple[str, ...]
    fake_daemon: str
    rest_s: float = 5.0

    def versions(self) -> dict[str, str]:
        return {"redirector": _version([*self.redirector, "-v"]),
                "fake daemon": _version([self.fake_daemon, "-v"]),
                "python": platform.python_version(), "kernel": platform.release()}


@dataclasses.dataclass(frozen=True)
class Capsule:
    """One that was read from a folder."""
    scenario: Scenario
    programs: Programs
    checkers: tuple[str, ...]  #: names of those that have complained


def new_folder(repository: pathlib.Path, seed: int) -> pathlib.Path:
    """Where a capsule stays, and no other is in its place: pytest deletes the folders of its runs but for
    the last few."""
    found_at = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%S.%f")
    return repository / "build" / "stateful" / f"seed-{seed}-{found_at}"


def write(folder: StrPath, trial: "Trial") -> pathlib.Path:
    """Keep a Trial whose pool has ended. The folder is made; what is in it is replaced."""
    scenario, programs, execution = trial.scenario, trial.programs, trial.execution
    folder = pathlib.Path(folder)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    verdict = execution.verdict
    about = {"format": _FORMAT, "redirector": list(programs.redirector),
             "fake_daemon": programs.fake_daemon, "rest_s": programs.rest_s, "seed": scenario.seed,
             "versions": programs.versions(), "checkers": verdict.checkers,
             "violations": [str(violation) for violation in verdict.violations]}
    (folder / "capsule.json").write_text(json.dumps(about, indent=1) + "\n")
    (folder / "scenario.json").write_text(json.dumps(scenario.to_json(), indent=1) + "\n")
    (folder / "verdict.txt").write_text(describe(scenario, programs, verdict))
    with open(folder / "client.jsonl", "w", encoding="utf-8") as file:
        for record in execution.clients:
            file.write(json.dumps(dataclasses.asdict(record), default=_text) + "\n")
    for name, path in trial.pool.files().items():
        shutil.copyfile(path, folder / name)
    return folder


def read(folder: StrPath) -> Capsule:
    """The Capsule; ValueError says what is wrong with the folder."""
    try:
        about, scenario = (json.loads((pathlib.Path(folder) / name).read_text())
                           for name in ("capsule.json", "scenario.json"))
    except (OSError, ValueError, RecursionError) as error:
        raise ValueError(f"{folder} is no capsule: {error}") from None
    if not isinstance(about, dict) or about.get("format") != _FORMAT:
        raise ValueError(f"{folder} is no capsule of format {_FORMAT}")
    try:
        return Capsule(Scenario.from_json(scenario), _programs(about), _texts(about, "checkers"))
    except KeyError as error:
        raise ValueError(f"{folder} is no capsule: capsule.json has no {error}") from None
    except ValueError as error:
        raise ValueError(f"{folder} is no capsule: {error}") from None


def _programs(about: dict[str, Any]) -> Programs:
    redirector, fake_daemon, rest_s = _texts(about, "redirector"), about["fake_daemon"], about["rest_s"]
    if not redirector or not isinstance(fake_daemon, str):
        raise ValueError("redirector must be a command's words, fake_daemon a path")
    if not isinstance(rest_s, (int, float)) or not 0 < rest_s <= _LONGEST_REST_S:
        raise ValueError(f"rest_s must be a number of seconds, {_LONGEST_REST_S} at the most")
    return Programs(redirector, fake_daemon, rest_s)


def _texts(about: dict[str, Any], name: str) -> tuple[str, ...]:
    texts = about[name]
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise ValueError(f"{name} must be a list of texts")
    return tuple(texts)


def describe(scenario: Scenario, programs: Programs, verdict: Verdict) -> str:
    """For a reader: what was played, and what came of it."""
    steps = [f"  {json.dumps(to_json(step))}" for step in scenario.steps]
    return "\n".join([shlex.join([*programs.redirector, *option_words(scenario.manner.options())]),
                      f"{scenario.num_daemons} daemons, seed {scenario.seed}, {len(steps)} steps:",
                      *steps, str(verdict), ""])


def _text(value: bytes) -> str:
    return value.decode("latin-1")


def _version(command: Sequence[str]) -> str:
    try:
        answer = subprocess.run(command, capture_output=True, text=True, errors="replace",
                                timeout=10, stdin=subprocess.DEVNULL, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"cannot be run: {error}"
    return (answer.stdout or answer.stderr).partition("\n")[0]
