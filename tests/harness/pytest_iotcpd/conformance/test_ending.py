"""The end, and the next beginning."""

import contextlib
import signal

from ..deadline import eventually
from ..gate import Gate
from ..traffic import unique_request
from .answer import receive
from .any_redirector import AnyRedirector, StartPool
from .observing import asking, is_refused, live_daemons
from .offered import needs_signal, not_offered

END_WITHIN_S = 20.0


def end(server: AnyRedirector, number: signal.Signals = signal.SIGTERM) -> int:
    """Send the signal and wait for its end."""
    server.may_end = True
    server.family()
    server.signal(number)
    return server.wait_exit(END_WITHIN_S)


def wait_nobody_left(server: AnyRedirector) -> None:
    eventually(lambda: not live_daemons(server), 5.0, what="no daemon outlives its redirector")


def test_term_ends_it_and_its_daemons(pool: StartPool) -> None:
    """SIGTERM ends it within 20 s, and no daemon outlives it."""
    server = pool(n=2)
    assert end(server) in (0, -signal.SIGTERM)
    wait_nobody_left(server)


def test_daemons_that_ignore_term_do_not_outlive_it(pool: StartPool, standing_daemons: None) -> None:
    """Daemons that obey neither SIGTERM nor the end of their input are gone soon after it."""
    server = pool(n=2, fault=["startup = ignore(TERM)", "on-eof = hang"])
    end(server)
    wait_nobody_left(server)


def test_daemons_do_not_outlive_one_that_was_killed(pool: StartPool) -> None:
    """When it is killed its daemons see the end of their input, and end."""
    server = pool(n=2)
    end(server, signal.SIGKILL)
    wait_nobody_left(server)


def test_a_request_at_work_is_answered_after_term(pool: StartPool) -> None:
    """A request that a daemon works on when SIGTERM comes is answered before the end."""
    server, at_work = _terminated_at_work(pool)
    _becomes_refused(server)
    at_work.finish()
    server.wait_exit(END_WITHIN_S)
    wait_nobody_left(server)


def test_nobody_is_accepted_after_term(pool: StartPool) -> None:
    """While the last requests are answered nobody listens on the port any more."""
    server, at_work = _terminated_at_work(pool)
    refused = _becomes_refused(server)
    at_work.finish()
    assert refused, "somebody still listened while the request was at work"


def _terminated_at_work(pool: StartPool) -> tuple[AnyRedirector, "AtWork"]:
    """One that gets SIGTERM while its daemon is held with a request, and the AtWork."""
    server = pool()
    needs_signal(server, signal.SIGTERM)
    at_work = AtWork(server)
    server.may_end = True
    server.signal(signal.SIGTERM)
    return server, at_work


def _becomes_refused(server: AnyRedirector) -> bool:
    """Whether nobody listens any more, while the request is at work."""
    try:
        return eventually(lambda: is_refused(server.port), 1.0)
    except AssertionError:
        return False


class AtWork:
    """A request that is held by its daemon."""

    def __init__(self, server: AnyRedirector) -> None:
        self._gate = Gate(server.daemon)
        self._request = self._gate.request(unique_request().rstrip())
        self._client = asking(server, self._request)
        self._gate.wait_reached()

    def finish(self) -> None:
        """Let the daemon reply; not offered when the redirector or the daemon has given it up."""
        with contextlib.suppress(OSError):
            self._gate.release()
        answer = receive(self._client, self._request)
        answer.assert_own_or_refused()
        if not answer.own:
            not_offered("a request that is at work when SIGTERM comes gets no reply")


def test_the_port_is_free_for_the_next(pool: StartPool) -> None:
    """After it has ended another one can listen on the same port at once, whatever connections there were."""
    server = pool()
    for _ in range(3):
        server.answer_to(unique_request()).assert_own()
    end(server)
    again = server.start_again()
    try:
        again.wait_ready()
    finally:
        again.end_at_once()


