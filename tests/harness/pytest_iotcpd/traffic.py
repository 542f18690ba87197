"""Requests that nobody else sends, and clients that run beside each other."""

import concurrent.futures
import itertools
import os

_numbers = itertools.count(1)
ERROR_REPLY = b"ERR\n"


def unique_request(words=""):
    """One line with a token that no other request of this run carries."""
    return f"token={os.getpid()}-{next(_numbers)}-{os.urandom(6).hex()} {words}".encode() + b"\n"


def in_parallel(work, items, workers=6):
    """[work(item) for item in items] by `workers` threads; the first exception is raised."""
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        return list(pool.map(work, items))


def assert_own(request, reply, or_error=False):
    """`reply` is the echo of `request`, byte for byte; with `or_error` the error reply will do."""
    if or_error and reply == ERROR_REPLY:
        return
    assert reply == request, f"asked {request[:200]!r}, got {reply[:200]!r}"


def beyond_every_buffer():
    """Size of a reply that the kernel cannot take before the client does."""
    with open("/proc/sys/net/ipv4/tcp_wmem", encoding="ascii") as file:
        return int(file.read().split()[2]) + 4_000_000
