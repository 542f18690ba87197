"""The command line: the predecessor's options, and those of iotcpd that the mutants need."""

import argparse
import dataclasses
import re
import shlex

_UNITS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0, "": 1.0}


def seconds(text):
    """A time such as 250ms or 1.5s; a bare number is seconds."""
    match = re.fullmatch(r"([0-9.]+)(ns|us|ms|s|m|h|)", text)
    if not match:
        raise argparse.ArgumentTypeError(f"{text!r} is no time such as 250ms")
    return float(match[1]) * _UNITS[match[2]]


@dataclasses.dataclass(frozen=True)
class Settings:
    """All times in seconds."""
    bug: str
    daemon: list
    ipv4: str
    port: int
    num_daemons: int
    concurrency: int
    keep_alive: bool
    busy_timeout: float
    alarm_interval: float
    queue_timeout: float
    max_request: int
    max_reply: int
    trace: str | None


def parse(words, bugs):
    """The settings that `words` make; argparse ends the program when they are wrong."""
    parser = argparse.ArgumentParser(prog="mutants")
    parser.add_argument("--bug", choices=sorted(bugs), default="none")
    parser.add_argument("-d", "--daemon", type=shlex.split, required=True)
    parser.add_argument("-i", "--ipv4", default="127.0.0.1")
    parser.add_argument("-p", "--port", type=int, default=9991)
    parser.add_argument("-n", "--num-daemons", type=int, default=4)
    parser.add_argument("--concurrency", type=int, default=0)
    parser.add_argument("--keep-alive", action="store_true")
    parser.add_argument("-b", "--busy-timeout", type=seconds, default=15.0)
    parser.add_argument("-a", "--alarm-interval", type=seconds, default=2.0)
    parser.add_argument("--queue-timeout", type=seconds, default=0.5)
    parser.add_argument("--max-request", type=int, default=65536)
    parser.add_argument("--max-reply", type=int, default=65536)
    parser.add_argument("--trace")
    return Settings(**vars(parser.parse_args(words)))
