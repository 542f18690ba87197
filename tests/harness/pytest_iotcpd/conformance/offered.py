"""Not offered: the verdict on a scenario about something that the redirector does not do at all."""

import signal
import typing

import pytest

from .any_redirector import AnyRedirector

PREFIX = "not offered: "


def not_offered(reason: str) -> typing.NoReturn:
    """End the scenario: what it is about was tried, and `reason` says how it was seen to be missing."""
    pytest.skip(PREFIX + reason)


def needs_signal(server: AnyRedirector, number: signal.Signals) -> None:
    """The scenario is about what that signal does; one that is not handled would kill."""
    if not server.handles(number):
        not_offered(f"it does not handle {number.name}")
