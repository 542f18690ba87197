"""Class Asked: a request on its way, and the client that waits for its reply."""

import dataclasses

from ..line_client import LineClient


@dataclasses.dataclass(frozen=True)
class Asked:
    """The client has said that it sends no more. It has other requests after this one if it is `shared`."""
    client: LineClient
    request: bytes
    shared: bool = False

    def reply(self) -> bytes:
        """Its line, or all up to the end of the stream when it is the last one."""
        return self.client.recv_line() if self.shared else self.client.recv_to_eof()
