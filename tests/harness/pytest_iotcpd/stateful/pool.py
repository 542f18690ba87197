"""Class Pool: a redirector over fake daemons that obey their requests, in a folder of its own."""

import os
from collections.abc import Sequence
from typing import Self

from ..fake_daemon import FakeEvidence
from ..iotcpd import Iotcpd
from ..program import StrPath
from .scenario import Scenario


class Pool:
    """`command` are the words of the redirector; it must take iotcpd's long options and have a
    --trace. `server` is the Iotcpd, `daemon` the FakeEvidence. The folder must be there.

    The paths of control sockets are short: the folder should not be deep.
    """

    def __init__(self, command: Sequence[str], fake_daemon_binary: str, folder: StrPath,
                 scenario: Scenario) -> None:
        self.daemon = FakeEvidence(fake_daemon_binary, folder, obey_requests=True, seed=scenario.seed,
                                   personality=scenario.manner.personality)
        self.server = Iotcpd([*command, "--daemon", str(self.daemon), "--port", "0"], str(folder),
                             options=scenario.options())

    def wait_ready(self) -> Self:
        self.server.wait_ready()
        return self

    def files(self) -> dict[str, str]:
        """{what it is: path} of all that there is to read afterwards."""
        server = self.server
        files = {"journal.jsonl": self.daemon.journal_path, "trace.jsonl": server.trace_path,
                 "log.txt": os.path.join(server.folder, f"{server.name}.stderr")}
        return {name: path for name, path in files.items() if path and os.path.exists(path)}

    def end(self) -> list[str]:
        """End it; returns sentences on what was wrong with its end."""
        return self.server.shut_down()
