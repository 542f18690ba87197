"""Hold a daemon at a request until the test lets it go: an order of events without sleeping."""

from .fake_daemon import FakeEvidence


class Gate:
    """Where fake daemons that obey requests wait when `mark` stands in one: their hold(NAME)."""

    def __init__(self, daemon: FakeEvidence, name: str = "gate") -> None:
        self._daemon, self.name = daemon, name
        self._released = 0

    @property
    def mark(self) -> bytes:
        """To be put into a request, with a blank or nothing before it and after it."""
        return f"@after-read=hold({self.name})".encode()

    def request(self, text: bytes = b"held") -> bytes:
        return text + b" " + self.mark + b"\n"

    def wait_reached(self, within: float = 5.0) -> None:
        """Until a daemon has read its request and stands at the gate."""
        self._daemon.wait_held(self.name, within=within)

    def release(self, within: float = 5.0) -> None:
        """Let the daemon pass that came first, waiting for it to arrive if it has not yet."""
        arrived = self._daemon.wait_held(self.name, self._released + 1, within)[self._released]
        self._daemon.control_of(arrived["pid"], f"release {self.name} 1")
        self._released += 1
