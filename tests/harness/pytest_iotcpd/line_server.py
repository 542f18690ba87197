"""Class LineServer: the yardstick server that stamps arrivals and serves as theory has it."""

import os
import re
from typing import Any

from .program import Program, fresh_name, option_words

_LISTENING = re.compile(r"^line-server listening: ([0-9.]+):(\d+)$", re.MULTILINE)


class LineServer(Program):
    """A running line-server. Tests get it from the fixture `line_server`."""

    def __init__(self, binary: str, folder: str, **options: Any) -> None:
        name = fresh_name()
        self._stamp_path = os.path.join(folder, f"{name}.stamps")
        super().__init__([binary, *option_words({"stamp": self._stamp_path, **options})], folder,
                         name=name)
        match = self.wait_announced(_LISTENING, 5.0)
        self.host, self.port = match[1], int(match[2])

    def stamps(self) -> list[tuple[float, float]]:
        """Ends it; then [(arrival, service)] of each request in seconds, in their order."""
        self.stop()
        with open(self._stamp_path, encoding="ascii") as file:
            return [(int(arrival) / 1e9, int(service) / 1e9)
                    for arrival, service in map(str.split, file)]
