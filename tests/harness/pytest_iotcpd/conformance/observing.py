"""What scenarios see of a redirector and of its daemons from outside, and wait for."""

import contextlib
import errno
import socket
import typing

from .. import proc
from ..deadline import eventually
from ..line_client import LineClient
from ..tcp_sockets import has_taken_all
from ..traffic import unique_request
from .answer import Answer
from .any_redirector import AnyRedirector


def asking(server: AnyRedirector, request: bytes, **settings: typing.Any) -> LineClient:
    """A client that has sent `request`, which the redirector has taken, if it takes it at all."""
    client = server.client(**settings).send(request)
    wait_taken(client)
    return client


def wait_taken(client: LineClient, within: float = 1.0) -> None:
    """Until the redirector has read all that `client` has sent; not for ever, since it may have
    reasons to leave it unread."""
    port, peer_port = int(client.address[1]), client.local_address()[1]
    with contextlib.suppress(AssertionError):
        eventually(lambda: has_taken_all(port, peer_port), within)


def wait_served(server: AnyRedirector, within: float = 15.0, what: str = "a request is served") -> None:
    """Until a request gets its reply. Those before it are refused, or left without an answer: what else
    they are given fails the scenario."""
    answers: list[Answer] = []

    def over() -> bool:
        answers.append(server.answer_to(unique_request()))
        return answers[-1].own or not answers[-1].refused

    try:
        eventually(over, within, what=what)
    finally:
        for answer in answers:
            answer.assert_own_or_refused()


def is_refused(port: int) -> bool:
    """Whether nobody listens on `port` of 127.0.0.1 any more."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == errno.ECONNREFUSED


def pid_that_served(server: AnyRedirector, request: bytes) -> int:
    """The daemon that has read `request`."""
    token = request.split()[0].decode()
    return server.daemon.wait_journal("recv", token=token)[0]["pid"]


def live_daemons(server: AnyRedirector) -> list[int]:
    """Fake daemons of `server` that are alive."""
    pids = {start["pid"] for start in server.daemon.journal("start")}
    return sorted(pid for pid in pids if proc.alive(pid))
