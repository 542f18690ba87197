"""Class LaunchedFake: fake daemons whose command is one word, whatever they are told to do."""

import os
import shlex
import typing

from ..fake_daemon import FakeEvidence


class LaunchedFake(FakeEvidence):
    """`launcher` is a script that starts one: redirectors that know no quotes can start it, too."""

    def __init__(self, binary: str, folder: str | os.PathLike[str], *words: str,
                 **options: typing.Any) -> None:
        super().__init__(binary, folder, *words, **options)
        self.launcher = self.journal_path.removesuffix(".jsonl") + ".sh"
        with open(self.launcher, "w", encoding="utf-8") as script:
            script.write(f"#!/bin/sh\nexec {shlex.join(self.words)}\n")
        os.chmod(self.launcher, 0o755)
