"""Class Archive: keeps what the clients saw, which a run forgets with each segment."""

from ..history import Checker, Segment, Violation
from ..history.records import ClientRecord


class Archive(Checker):
    """Looks on among the checkers, and finds nothing wrong with anything."""

    name = "archive"

    def __init__(self) -> None:
        self.records: list[ClientRecord] = []

    def check(self, segment: Segment) -> list[Violation]:
        self.records += [record for _, record in segment.clients()]
        return []
