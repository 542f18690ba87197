"""The end, and the next beginning."""

import signal

from ..deadline import eventually
from ..gate import Gate
from ..traffic import unique_request
from .answer import receive
from .any_redirector import is_refused, live_daemons
from .offered import needs_signal, not_offered

END_WITHIN_S = 20.0


def end(server, number=signal.SIGTERM):
    """Send the signal and wait for its end."""
    server.may_end = True
    server.family()
    server.signal(number)
    return server.wait_exit(END_WITHIN_S)


def wait_nobody_left(server):
    eventually(lambda: not live_daemons(server), 5.0, what="no daemon outlives its redirector")


def test_term_ends_it_and_its_daemons(pool):
    """SIGTERM ends it within 20 s, and no daemon outlives it."""
    server = pool(n=2)
    assert end(server) in (0, -signal.SIGTERM)
    wait_nobody_left(server)


def test_daemons_that_ignore_term_do_not_outlive_it(pool, standing_daemons):
    """Daemons that obey neither SIGTERM nor the end of their input are gone soon after it."""
    server = pool(n=2, fault=["startup = ignore(TERM)", "on-eof = hang"])
    end(server)
    wait_nobody_left(server)


def test_daemons_do_not_outlive_one_that_was_killed(pool):
    """When it is killed its daemons see the end of their input, and end."""
    server = pool(n=2)
    end(server, signal.SIGKILL)
    wait_nobody_left(server)


def test_a_request_at_work_is_answered_after_term(pool):
    """A request that a daemon works on when SIGTERM comes is answered before the end."""
    server, client, request, gate = _terminated_at_work(pool)
    gate.release()
    receive(client, request).assert_own()
    server.wait_exit(END_WITHIN_S)
    wait_nobody_left(server)


def test_nobody_is_accepted_after_term(pool):
    """While the last requests are answered new connections are refused."""
    server, client, request, gate = _terminated_at_work(pool)
    eventually(lambda: is_refused(server.port), 5.0, what="nobody listens any more")
    gate.release()
    receive(client, request).assert_own()
    server.wait_exit(END_WITHIN_S)


def _terminated_at_work(pool):
    """One that got SIGTERM while its daemon is held with a request, and has not ended because of that."""
    server = pool()
    needs_signal(server, signal.SIGTERM, "SIGTERM")
    gate = Gate(server.daemon)
    request = gate.request(unique_request().rstrip())
    client = server.asking(request)
    gate.wait_reached()
    server.may_end = True
    server.signal(signal.SIGTERM)
    eventually(lambda: is_refused(server.port) or not server.running, END_WITHIN_S,
               what="SIGTERM is obeyed")
    try:
        server.wait_exit(0.3)
    except AssertionError:
        return server, client, request, gate
    not_offered("it ends at once, with requests at work")


def test_the_port_is_free_for_the_next(pool):
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


