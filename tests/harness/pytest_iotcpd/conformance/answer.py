"""Class Answer: what a client was given for its request, when nothing is known of the error replies."""

import dataclasses

from ..line_client import LineClient

#: What daemons write that nobody has asked for.
STRAY = "STRAY"


@dataclasses.dataclass(frozen=True)
class Answer:
    """All bytes until the end of the stream, or until the reset."""
    request: bytes
    data: bytes
    reset: bool = False

    @property
    def own(self) -> bool:
        """The echo of the request, byte for byte."""
        return self.data == self.request

    @property
    def refused(self) -> bool:
        """No reply of a daemon: nothing, or a line of the redirector's own; torn only by a reset."""
        whole = self.reset or not self.data or self.data.endswith(b"\n")
        return whole and not self._of_daemon() and not self.own

    def _of_daemon(self) -> bool:
        """Some of it was written by a daemon; part of one's own before a reset is no harm."""
        if self.reset and self.request.startswith(self.data):
            return False
        return b"tk_" in self.data or STRAY.encode() in self.data

    def assert_own(self) -> None:
        assert self.own, f"not its own reply: {self}"

    def assert_own_or_refused(self) -> None:
        assert self.own or self.refused, f"neither its own reply nor a refusal: {self}"

    def __str__(self) -> str:
        end = "reset" if self.reset else "end of stream"
        return (f"asked {self.request[:80]!r} ({len(self.request)} bytes), got {self.data[:160]!r}"
                f" ({len(self.data)} bytes) and {end}")


def receive(client: LineClient, request: bytes) -> Answer:
    """The Answer that `client`, which has sent `request`, is given; its connection is closed."""
    reset = False
    try:
        data = client.recv_to_eof()
    except (ConnectionResetError, BrokenPipeError):
        data, reset = client.received(), True
    except TimeoutError:
        raise AssertionError(f"no answer within {client.timeout_s:g} s to {request[:80]!r}; "
                             f"so far {client.received()[:160]!r}") from None
    finally:
        client.close()
    return Answer(request, data, reset)
