"""Requests that nobody else sends, and clients that run beside each other."""

import concurrent.futures
import os
from collections.abc import Callable, Iterable
from typing import TypeVar

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

ERROR_REPLY = b"ERR\n"


def unique_request(words: str = "") -> bytes:
    """One line with a token, as journals know it, that no other request of this run carries."""
    return f"tk_{os.urandom(8).hex()} {words}".encode() + b"\n"


def request_of_reply(size: int) -> tuple[bytes, bytes]:
    """A request to fake daemons that obey requests for a reply of `size` bytes, and that reply."""
    request = b"@before-reply=oversize(%d)" % size
    return request + b"\n", request.ljust(size - 1, b"x") + b"\n"


def in_parallel(work: Callable[[_Item], _Result], items: Iterable[_Item],
                workers: int = 6) -> list[_Result]:
    """[work(item) for item in items] by `workers` threads; the first exception is raised."""
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        return list(pool.map(work, items))


def assert_own(request: bytes, reply: bytes, or_error: bool = False) -> None:
    """`reply` is the echo of `request`, byte for byte; with `or_error` the error reply will do."""
    if or_error and reply == ERROR_REPLY:
        return
    assert reply == request, f"asked {request[:200]!r}, got {reply[:200]!r}"


def beyond_every_buffer() -> int:
    """Size of a reply that the kernel cannot take before the client does."""
    with open("/proc/sys/net/ipv4/tcp_wmem", encoding="ascii") as file:
        return int(file.read().split()[2]) + 4_000_000
