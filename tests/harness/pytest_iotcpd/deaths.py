"""Daemons that end by themselves: what is logged about them, and a cheap one that does it all the time."""

import os
from collections.abc import Mapping
from typing import Any

from . import proc
from .program import Program

#: Answers one request and exits with code 0; costs a millisecond.
ANSWERS_ONCE = "sh -c 'read -r line; echo \"$line\"'"

#: For expect_log(). A daemon's pipes close one by one before its exit can be seen, so that one that
#: is caught at it counts as condemned.
DIED = ("exited with code", "condemned: (broken-stdin|closed-stdout)")


def ended(stats: Mapping[str, Any]) -> int:
    """Daemons that have ended by themselves, those that were caught at it included."""
    labels = ("daemon deaths", "condemned broken-stdin", "condemned closed-stdout")
    return sum(stats[label] for label in labels)


def reap_orphans(server: Program) -> list[int]:
    """Orphans are re-parented to the test process, which has to wait for them; returns those alive."""
    alive = server.family()
    for pid in proc.zombies(os.getpid()):
        if pid != server.pid:
            proc.reap_quietly(pid)
    return alive
