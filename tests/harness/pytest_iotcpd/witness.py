"""Who is told what a test starts, ends and sees: nobody, unless a report of the run was asked for.

One test at a time runs in a process, so that whatever is told belongs to it.
"""

import typing


class Witness(typing.Protocol):
    """What a report listens to. `thing` is a Program or a FakeEvidence."""

    def started(self, thing: typing.Any) -> None:
        """It has been made."""

    def ending(self, thing: typing.Any) -> None:
        """It is about to be ended, whatever its state."""

    def dropping(self, thing: typing.Any) -> None:
        """What its files say so far is about to be given back to the disk."""

    def answered(self, outcome: str) -> None:
        """A client has had this outcome; any thread may say so."""


class Nobody:
    """The witness of a run that nobody reports on."""

    def started(self, thing: typing.Any) -> None:
        pass

    def ending(self, thing: typing.Any) -> None:
        pass

    def dropping(self, thing: typing.Any) -> None:
        pass

    def answered(self, outcome: str) -> None:
        pass


_present: Witness = Nobody()


def present() -> Witness:
    """Who is to be told now."""
    return _present


def call(witness: Witness) -> None:
    """From now on this one is told."""
    global _present
    _present = witness
