"""What --iotcpd-binary says: a command with iotcpd's options, or a template for any redirector."""

import os
import pathlib
import re
import shlex

import pytest

from . import checked_options

_FIELD = re.compile(r"\{[^{}]*\}")
_KNOWN = ("{port}", "{n}", "{daemon}", "{daemon...}")
#: What a command without fields is given: the predecessor's options.
_PLAIN_OPTIONS = ("-i", "127.0.0.1", "-p", "{port}", "-n", "{n}", "-d", "{daemon}")


class WrongTemplate(ValueError):
    """One sentence that names the field and what is accepted."""


class RedirectorCommand:
    """The command as `words`, its fields not filled in.

    In a template `{port}` and `{n}` are numbers, `{daemon}` is one word and `{daemon...}`, which
    stands alone, as many as the daemon's command has. A relative path of the program is taken from
    `folder`, since tests change folders.
    """

    def __init__(self, text: str, folder: str | os.PathLike[str] = ".") -> None:
        self.text = text
        self.words = checked_options.words("--iotcpd-binary", text)
        if "/" in self.words[0]:
            self.words[0] = str((pathlib.Path(folder) / self.words[0]).resolve())
        self.is_template = bool(_FIELD.search(text))
        if self.is_template:
            self._check()
        self._template = self.words if self.is_template else [*self.words, *_PLAIN_OPTIONS]

    def _check(self) -> None:
        for word in self.words:
            for field in _FIELD.findall(word):
                if field not in _KNOWN:
                    raise WrongTemplate(f"--iotcpd-binary has {field}; accepted are {', '.join(_KNOWN)}")
            if "{daemon...}" in word and word != "{daemon...}":
                raise WrongTemplate(f"--iotcpd-binary has {word}; {{daemon...}} must be a word of its own")
        for needed in (("{port}",), ("{daemon}", "{daemon...}")):
            if not any(field in self.text for field in needed):
                raise WrongTemplate(f"--iotcpd-binary has no {' or '.join(needed)}: {self.text}")

    @property
    def takes_count(self) -> bool:
        """Whether the number of daemons can be chosen."""
        return any("{n}" in word for word in self._template)

    def for_pool(self, port: int, n: int, daemon: list[str]) -> list[str]:
        """The words that start it on `port` over `n` daemons of the command `daemon`, a list of words."""
        values = {"{port}": str(port), "{n}": str(n), "{daemon}": shlex.join(daemon)}
        words: list[str] = []
        for word in self._template:
            if word == "{daemon...}":
                words += daemon
            else:
                words.append(_FIELD.sub(lambda field: values.get(field[0], field[0]), word))
        return words


#: Where the plugin keeps the command under test.
COMMAND = pytest.StashKey[RedirectorCommand]()


def read_command(config: pytest.Config, default: str) -> RedirectorCommand:
    """The command that --iotcpd-binary says, or `default` when it says nothing."""
    said = config.getoption("--iotcpd-binary")
    try:
        return RedirectorCommand(default if said is None else said, config.invocation_params.dir)
    except WrongTemplate as error:
        raise pytest.UsageError(str(error)) from None
