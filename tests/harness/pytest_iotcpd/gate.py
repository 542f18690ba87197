"""Hold a daemon at a request until the test lets it go: an order of events without sleeping."""

import os

from .deadline import eventually


class Gate:
    """A FIFO that the daemon `gate` waits at when `mark` stands in its request."""

    def __init__(self, folder, name="gate"):
        self.path = os.path.join(str(folder), name)
        os.mkfifo(self.path)

    @property
    def mark(self):
        """To be put into a request, after a blank and before the newline."""
        return b"gate=" + os.fsencode(self.path)

    def request(self, text=b"held"):
        return text + b" " + self.mark + b"\n"

    def wait_reached(self, within=5.0):
        """Until a daemon has read its request and stands at the gate."""
        eventually(lambda: os.path.exists(self.path + ".reached"), within,
                   what=f"a daemon that reached {self.path}")

    def release(self, within=5.0):
        """Let one daemon pass, waiting for it to arrive if it has not yet."""
        os.close(eventually(self._open, within, what=f"a daemon at {self.path}"))

    def _open(self):
        # ENXIO, an OSError, until a reader is there.
        return os.open(self.path, os.O_WRONLY | os.O_NONBLOCK)
