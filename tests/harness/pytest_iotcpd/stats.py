"""The statistics block on stdout, the registers block and the JSON statistics file."""

import json
import os
import re
from collections.abc import Iterable
from typing import Any, Self

BLOCK_START = " --- statistics ---- >8 -------"
BLOCK_END = " --- statistics ---- 8< -------"
REGISTERS_RULE = " --- internal regs - 8< -------"

#: Labels of the predecessor's block, in its order.
CLASSIC_LABELS = (
    "queries total", "queries replied", "queries delayed", "queries timeout", "queries failed",
    "queries unknown", "queries 0-100", "queries 100-250", "queries 250-500", "queries 500-750",
    "queries 750-1000", "queries 1000-", "daemon spawns", "daemon S_AVAILABLE", "daemon S_BUSY",
    "daemon S_SPAWNING", "daemon S_STARTING", "uptime", "version",
)
OUTCOME_LABELS = ("queries replied", "queries timeout", "queries failed", "queries unknown")
BUCKET_LABELS = CLASSIC_LABELS[6:12]
IN_FLIGHT_LABEL = "queries in-flight"

_PERCENTILES = re.compile(r"^(?P<label>\S+(?: \S+)*?)\s+p50\s")


class Stats(dict):
    """One block: {label: number}; a percentile line gives {"p50": ..., "max": ...}.

    `raw_lines` are the lines between the two rules, `labels` their labels in order.
    """

    def __init__(self, raw_lines: Iterable[str]) -> None:
        super().__init__()
        self.raw_lines = list(raw_lines)
        for line in self.raw_lines:
            label, value = parse_line(line)
            self[label] = value

    @property
    def labels(self) -> list[str]:
        return list(self)

    @property
    def buckets(self) -> list[int]:
        return [self[label] for label in BUCKET_LABELS]

    @property
    def in_flight(self) -> int:
        return self[IN_FLIGHT_LABEL]

    @property
    def daemons(self) -> dict[str, int]:
        """{"S_AVAILABLE": 4, ...}: slots by state; S_STOPPING is counted beside them."""
        return {label.partition(" ")[2]: value for label, value in self.items()
                if label.startswith("daemon S_")}

    @property
    def outcomes(self) -> tuple[int, ...]:
        """(replied, timeout, failed, unknown)"""
        return tuple(self[label] for label in OUTCOME_LABELS)

    def causes(self, of: str) -> dict[str, int]:
        """Causes that were counted: causes("failed") == {"queue-full": 1}; or of "condemned"."""
        return {label[len(of) + 1:]: value for label, value in self.items()
                if label.startswith(of + " ") and value}

    def check_law(self) -> Self:
        """total = replied + timeout + failed + unknown + in flight; the buckets sum to replied."""
        ended = sum(self[label] for label in OUTCOME_LABELS)
        assert self["queries total"] == ended + self.in_flight, f"not the total: {dict(self)}"
        assert sum(self.buckets) == self["queries replied"], f"not the sum: {dict(self)}"
        assert 0 <= self["queries delayed"] <= self["queries total"], dict(self)
        return self


def parse_line(line: str) -> tuple[str, Any]:
    """(label, value): the label is everything before the last number."""
    percentiles = _PERCENTILES.match(line)
    if percentiles:
        words = line[percentiles.end("label"):].split()
        values = map(_number, words[1::2])
        return percentiles["label"], dict(zip(words[::2], values))
    label, value = line.rsplit(None, 1)
    return label.rstrip(), _number(value)


def _number(text: str) -> int | float | str:
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return text


def parse_blocks(text: str) -> list[Stats]:
    """All complete statistics blocks in `text`."""
    blocks: list[Stats] = []
    lines: list[str] | None = None
    for line in text.split("\n")[:-1]:
        if line == BLOCK_START:
            lines = []
        elif line == BLOCK_END and lines is not None:
            blocks.append(Stats(lines))
            lines = None
        elif lines is not None:
            lines.append(line)
    return blocks


_REGISTER = re.compile(r"^\s*d\[(?P<slot>\d+)\]\.(?P<name>\w+)\s*=\s*(?P<value>.*)$")


def parse_registers(text: str) -> list[dict[int, dict[str, Any]]]:
    """All complete registers blocks: each a {slot: {name: value}}, slots in their order.

    The same rule begins and ends a block; one that ends nothing but an empty block begins the next.
    """
    blocks: list[dict[int, dict[str, Any]]] = []
    registers: dict[int, dict[str, Any]] | None = None
    for line in text.split("\n")[:-1]:
        match = _REGISTER.match(line)
        if line == REGISTERS_RULE:
            if registers:
                blocks.append(registers)
            registers = None if registers else {}
        elif match and registers is not None:
            slot = registers.setdefault(int(match["slot"]), {})
            slot[match["name"]] = _number(match["value"].strip())
    return blocks


#: Where the JSON file and the block call the same thing by another name, tried in this order.
_JSON_NAMES = tuple((re.compile(pattern), label) for pattern, label in (
    (r"queries in_flight", IN_FLIGHT_LABEL),
    (r"queries buckets_ms (.*)", r"queries \1"),
    (r"queries causes busy-timeout", "queries timeout"),
    (r"queries causes (reset|not-taken)", r"unknown \1"),
    (r"queries causes (.*)", r"failed \1"),
    (r"queue oldest_ms", "queue oldest-ms"),
    (r"(queue|service)_ms p999", r"\1 ms p99.9"),
    (r"(queue|service)_ms (.*)", r"\1 ms \2"),
    (r"daemons condemned (.*)", r"condemned \1"),
    (r"daemons (.*)", r"daemon \1"),
    (r"clients refused_not_allowed", "refused not-allowed"),
    (r"clients refused_per_source", "refused per-source"),
    (r"dropped_log_lines", "dropped log-lines"),
    (r"bytes_(in|out)", r"bytes \1"),
    (r"uptime_s", "uptime"),
))


def load_json(path: str | os.PathLike[str]) -> dict[str, Any]:
    """The statistics file under the labels of the block; percentiles as "queue ms p50"."""
    with open(path, encoding="utf-8") as file:
        return {_block_label(name): value for name, value in flatten(json.load(file)).items()}


def _block_label(name: str) -> str:
    for pattern, label in _JSON_NAMES:
        match = pattern.fullmatch(name)
        if match:
            return match.expand(label)
    return name


def flatten(value: Any, prefix: str = "") -> dict[str, Any]:
    """{"a": {"b": 1}} becomes {"a b": 1}."""
    if not isinstance(value, dict):
        return {prefix: value}
    found = {}
    for name, inner in value.items():
        found.update(flatten(inner, f"{prefix} {name}".strip()))
    return found
