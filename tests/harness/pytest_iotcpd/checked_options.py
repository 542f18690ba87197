"""What options of the plugin are refused for, before the first test: in one line, with what is accepted."""

import os
import pathlib
import shlex

import pytest


def words(option: str, text: str) -> list[str]:
    """The command `text` as words; the UsageError is raised when it is none."""
    try:
        found = shlex.split(text)
    except ValueError as error:
        raise pytest.UsageError(f"{option} is {text}: {error}; accepted is a command as a shell reads"
                                " it") from None
    if not found:
        raise pytest.UsageError(f"{option} is empty; accepted is a command")
    return found


def positive(option: str, value: float, at_most: float) -> float:
    """`value`, which is above 0 and has a bound: deadlines must come."""
    if not 0 < value <= at_most:
        raise pytest.UsageError(f"{option} is {value:g}; accepted is a number above 0, {at_most:g} at the"
                                " most")
    return value


def file_to_write(option: str, path: str | None) -> None:
    """None is no file."""
    if path is None:
        return
    file = pathlib.Path(path)
    if file.is_dir() or not os.access(file if file.exists() else file.parent, os.W_OK):
        raise pytest.UsageError(f"{option} is {path}; accepted is a file that can be written")
