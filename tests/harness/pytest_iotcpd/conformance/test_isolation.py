"""No client ever sees a byte that is not its own."""

import random

from .. import proc
from ..deadline import eventually
from ..gate import Gate
from ..traffic import in_parallel, request_of_reply, unique_request
from .answer import STRAY, receive
from .any_redirector import AnyRedirector, StartPool
from .observing import asking, pid_that_served, wait_served


def assert_next_get_their_own(server: AnyRedirector, count: int = 6) -> None:
    """Clients that come afterwards get their own replies; a daemon may be being replaced just now."""
    served = 0
    for _ in range(count):
        answer = server.answer_to(unique_request())
        answer.assert_own_or_refused()
        served += answer.own
    if not served:
        wait_served(server, what="somebody is served again")


def test_replies_find_their_clients_under_load(pool: StartPool) -> None:
    """Of 300 requests by eight clients at once, with replies of any speed, no reply goes astray."""
    server = pool(n=3, latency="exp(3ms)")
    answers = in_parallel(server.answer_to, [unique_request() for _ in range(300)], workers=8)
    for answer in answers:
        answer.assert_own_or_refused()
    assert any(answer.own for answer in answers)


def test_the_reply_of_a_client_that_has_left_reaches_nobody(pool: StartPool) -> None:
    """The reply to a client that has reset its connection meanwhile does not reach the next one."""
    server = pool()
    for number in range(3):
        gate = Gate(server.daemon, f"gate{number}")
        leaving = server.client().send(gate.request(unique_request().rstrip()))
        gate.wait_reached()
        leaving.reset()
        request = unique_request("next")
        following = asking(server, request)
        gate.release()
        receive(following, request).assert_own_or_refused()
        assert_next_get_their_own(server, 2)


def test_an_extra_line_reaches_nobody(pool: StartPool) -> None:
    """A line that a daemon writes on top of its reply reaches neither its client nor the next."""
    server = pool()
    for _ in range(3):
        server.answer_to(unique_request(f"@before-reply=extra-line({STRAY})")).assert_own_or_refused()
        assert_next_get_their_own(server, 3)
    assert server.daemon.fired("extra-line") == 3


def test_a_reply_given_twice_is_passed_once(pool: StartPool) -> None:
    """When a daemon writes its reply twice the client gets one, and the next client its own."""
    server = pool()
    for _ in range(3):
        server.answer_to(unique_request("@before-reply=duplicate")).assert_own_or_refused()
        assert_next_get_their_own(server, 3)
    assert server.daemon.fired("duplicate") == 3


def wait_stray(server: AnyRedirector, pid: int) -> None:
    eventually(lambda: server.daemon.journal("stray", pid=pid) or not proc.alive(pid), 10.0,
               what="the daemon has written its stray line, or is gone")


def test_a_line_written_while_idle_reaches_nobody(pool: StartPool) -> None:
    """A line that a daemon writes while nobody has asked it anything does not reach the next client."""
    server = pool()
    for _ in range(3):
        request = unique_request(f"@after-reply=late({STRAY},10ms)")
        server.answer_to(request)
        pid = pid_that_served(server, request)
        wait_stray(server, pid)
        assert_next_get_their_own(server, 3)


def test_half_a_reply_is_no_reply(pool: StartPool) -> None:
    """When a daemon dies in the middle of its reply the client never sees half of it end in order."""
    server = pool()
    for _ in range(3):
        answer = server.answer_to(unique_request("@mid-reply(30)=exit(0) " + "x" * 40))
        answer.assert_own_or_refused()
        assert_next_get_their_own(server, 2)
    assert server.daemon.fired("exit") == 3


def test_a_huge_reply_is_passed_whole_or_refused(pool: StartPool) -> None:
    """A reply of 4 MB is passed whole or refused, never in part, and harms nobody else."""
    server = pool()
    request, reply = request_of_reply(4_000_000)
    answer = server.answer_to(request)
    in_part = b"xxx" in answer.data and answer.data != reply
    assert answer.reset or not in_part and (answer.refused or answer.data == reply), str(answer)
    assert_next_get_their_own(server, 3)


def test_a_misbehaving_pool_never_mixes_replies(pool: StartPool) -> None:
    """With daemons that dribble, die, babble and stall under load, every reply is its client's own."""
    server = pool(n=3)
    faults = ["", "", "", "@before-reply=dribble(8,1ms)", "@after-reply=exit(7)", "@after-read=exit(1)",
              f"@before-reply=extra-line({STRAY})", "@before-reply=sleep(20ms)"]
    chosen = random.Random(1).choices(faults, k=120)
    answers = in_parallel(server.answer_to, [unique_request(fault) for fault in chosen], workers=6)
    for answer in answers:
        answer.assert_own_or_refused()
    assert any(answer.own for answer in answers)
