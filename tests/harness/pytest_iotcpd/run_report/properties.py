"""The facts of a test as properties of its test case in a JUnit file."""

import json
from collections.abc import Iterator

from .gatherer import Facts


def properties(facts: Facts) -> list[tuple[str, str]]:
    """(name, value) pairs, all text; names repeat when there are several of a thing."""
    return [*_faults(facts), *_redirectors(facts), *_seen(facts)]


def _faults(facts: Facts) -> Iterator[tuple[str, str]]:
    for fault in facts.get("faults", []):
        yield "fault", f"{fault['fault']}: fired {fault['fired']} times, asked for by {fault['from']}"


def _redirectors(facts: Facts) -> Iterator[tuple[str, str]]:
    for server in facts.get("redirectors", []):
        yield "redirector", server["command"]
        if server["signals"]:
            yield "redirector signals", " ".join(server["signals"])
        if server["counters"]:
            yield "redirector counters", json.dumps(server["counters"])


def _seen(facts: Facts) -> Iterator[tuple[str, str]]:
    if "clients" in facts:
        yield "client outcomes", json.dumps(facts["clients"])
    for run in facts.get("load", []):
        yield "load generator", json.dumps(run)
