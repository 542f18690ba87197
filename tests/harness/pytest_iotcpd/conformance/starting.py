"""Class Starting: starts the pools of a session, and knows when that is hopeless."""

import os
import typing

from ..program import StrPath
from ..redirector_command import RedirectorCommand
from .any_redirector import AnyRedirector, PoolNotStarted
from .launched_fake import LaunchedFake

#: Further ones are not waited for when so many were in vain, and none was ever ready.
_TRIES = 2


class Starting:
    """Starts `command` in the folder `cwd` over daemons of the program `fake_daemon`."""

    def __init__(self, command: RedirectorCommand, cwd: str | os.PathLike[str], fake_daemon: str) -> None:
        self._command, self._cwd, self._fake_daemon = command, cwd, fake_daemon
        self._in_vain = 0
        self._was_ready = False

    def __call__(self, folder: StrPath, n: int = 1, *, answers: bool = True,
                 **options: typing.Any) -> AnyRedirector:
        """A ready one; with `answers=False` it listens, but its daemons may be broken."""
        if not self._was_ready and self._in_vain >= _TRIES:
            raise PoolNotStarted(f"not tried: none of the first {_TRIES} pools was ever ready")
        options.setdefault("obey_requests", True)
        daemon = LaunchedFake(self._fake_daemon, folder, **options)
        try:
            server = AnyRedirector.start(self._command, str(folder), self._cwd, daemon, n, answers=answers)
        except PoolNotStarted:
            self._in_vain += 1
            raise
        self._was_ready = self._was_ready or answers
        return server
