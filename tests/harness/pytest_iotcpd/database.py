"""Daemons like squidGuard, which with a broken database is alive and passes everything."""

import os
import shlex
from collections.abc import Callable
from typing import Self

from .fake_daemon import FakeEvidence
from .program import StrPath

BLOCKED = b'OK status=302 url="http://blocked.example/"\n'


class Database:
    """str() is the command of a daemon that redirects URLs with `bad` in them, or, when this was
    broken at its start, answers `ERR` to all. It is whole at first."""

    def __init__(self, fake: Callable[..., FakeEvidence], folder: StrPath) -> None:
        self._path = os.path.join(str(folder), "database")
        self.whole = fake(personality="squidguard", patterns=self._path)
        self.broken = fake(personality="fixed", template="ERR")
        self.mend()

    def __str__(self) -> str:
        choose = f"[ -e {shlex.quote(self._path)} ] && exec {self.whole}; exec {self.broken}"
        return shlex.join(["sh", "-c", choose])

    def mend(self) -> Self:
        with open(self._path + ".new", "w", encoding="ascii") as file:
            file.write("bad http://blocked.example/\n")
        os.replace(self._path + ".new", self._path)
        return self

    def break_(self) -> Self:
        os.unlink(self._path)
        return self
