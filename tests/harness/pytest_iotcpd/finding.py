"""Where the programs under test are: beside the redirector, in the repository's build, on PATH."""

import os
import pathlib
import shutil

_RELEASE = pathlib.Path("build/release/bin")


class NotFound(LookupError):
    """One line: what was sought, and where."""


def repository_root() -> pathlib.Path | None:
    """Root folder of the repository that this file is in; None when the plugin was installed."""
    folders = pathlib.Path(__file__).resolve().parents
    root = folders[3]
    is_source = folders[1] == root / "tests" / "harness" and (root / "CMakeLists.txt").is_file()
    return root if is_source else None


def find_program(name: str, option: str | None = None, beside: str | None = None) -> str:
    """Path of the program `name`: in the folder of the program `beside`, else in the repository's
    release build, else on PATH. `option` is what could name one; NotFound is raised."""
    places = []
    if beside and (program := shutil.which(beside)):
        places.append(pathlib.Path(program).absolute().parent)
    if root := repository_root():
        places.append(root / _RELEASE)
    for folder in places:
        if os.access(folder / name, os.X_OK):
            return str(folder / name)
    if found := shutil.which(name):
        return os.path.abspath(found)
    sought = ", ".join([*dict.fromkeys(map(str, places)), "PATH"])
    name_it = f", or name one with {option}" if option else ""
    raise NotFound(f"no program {name}: sought in {sought}; build it, install it{name_it}")
