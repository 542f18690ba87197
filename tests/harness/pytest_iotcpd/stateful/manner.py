"""Class Manner: how a redirector works, beyond one request for each connection, daemon and thread."""

import dataclasses
from collections.abc import Iterator
from typing import Any, Self


@dataclasses.dataclass(frozen=True)
class Manner:
    """With `concurrency` above 1 daemons have channel IDs. In a scenario's JSON each field is one of its
    members, and may be missing."""
    keep_alive: bool = False
    concurrency: int = 1
    threads: int = 1

    @property
    def personality(self) -> str:
        """Of the fake daemons."""
        return "squid-channel" if self.concurrency > 1 else "echo"

    def options(self) -> dict[str, Any]:
        """Of the redirector: only what differs, since a small one may not know the others."""
        return {field.name: getattr(self, field.name) for field in dataclasses.fields(self)
                if getattr(self, field.name) != field.default}

    def simpler(self) -> Iterator[Self]:
        """The same with one thing less."""
        for field in dataclasses.fields(self):
            if getattr(self, field.name) != field.default:
                yield dataclasses.replace(self, **{field.name: field.default})

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """ValueError names what is wrong."""
        manner = cls(**{field.name: value.get(field.name, field.default)
                        for field in dataclasses.fields(cls)})
        for name, number in (("concurrency", manner.concurrency), ("threads", manner.threads)):
            if not isinstance(number, int) or number < 1:
                raise ValueError(f"{name} must be a whole number from 1 on")
        if not isinstance(manner.keep_alive, bool):
            raise ValueError("keep_alive must be true or false")
        return manner


ONE_OF_EACH = Manner()
#: All that there is to draw from; most often things come alone, so that they do not hide each other.
ALL = (ONE_OF_EACH, Manner(keep_alive=True), Manner(concurrency=4), Manner(threads=2),
       Manner(keep_alive=True, threads=2), Manner(keep_alive=True, concurrency=4, threads=2))
