"""Class Tools: the programs that a soak runs."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Tools:
    """The programs: the redirector as words, the other two by path."""
    iotcpd: list[str]
    loadgen: str
    fake_daemon: str
