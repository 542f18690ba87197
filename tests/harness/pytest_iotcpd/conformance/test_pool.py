"""Several daemons behind one port."""

from .. import proc
from ..deadline import eventually
from ..gate import Gate
from ..traffic import in_parallel, unique_request
from .answer import Answer, receive
from .any_redirector import AnyRedirector, StartPool
from .observing import asking, live_daemons, pid_that_served
from .offered import not_offered

DAEMONS = 3
QUEUE_ATTEMPTS = 4


def held_request(gate: Gate) -> bytes:
    return gate.request(unique_request().rstrip())


def test_n_daemons_work_at_a_time(pool: StartPool, chosen_count: None) -> None:
    """With n daemons n requests are worked on at the same time."""
    server = pool(n=DAEMONS)
    gate = Gate(server.daemon)
    eventually(lambda: _all_at_work(server, gate), 30.0, what=f"{DAEMONS} requests at work at a time")


def _all_at_work(server: AnyRedirector, gate: Gate) -> bool:
    """Not at once in a pool whose daemons are still coming up, which may refuse or queue."""
    requests = [held_request(gate) for _ in range(DAEMONS)]
    clients = [server.client().send(request) for request in requests]
    tokens = {request.split()[0].decode() for request in requests}

    def at_work() -> bool:
        come = server.daemon.journal("fault", action="hold")
        return len({line["pid"] for line in come if line["token"] in tokens}) == DAEMONS

    try:
        eventually(at_work, 2.0)
        return True
    except AssertionError:
        return False
    finally:
        for client in clients:
            client.reset()
        server.daemon.release(gate.name, DAEMONS)


def test_a_daemon_serves_one_request_after_the_other(pool: StartPool, standing_daemons: None) -> None:
    """One daemon serves many requests: it is not started anew for each."""
    server = pool()
    requests = [unique_request() for _ in range(10)]
    for request in requests:
        server.answer_to(request).assert_own()
    assert len({pid_that_served(server, request) for request in requests}) == 1


def test_no_more_than_n_daemons_run(pool: StartPool, standing_daemons: None, chosen_count: None) -> None:
    """There are n daemons and no more, however many requests come at once."""
    server = pool(n=DAEMONS, latency="10ms")
    in_parallel(server.answer_to, [unique_request() for _ in range(40)], workers=12)
    assert len(live_daemons(server)) <= DAEMONS


def test_a_busy_daemon_holds_up_no_other(pool: StartPool, chosen_count: None) -> None:
    """While one daemon works on a long request, the others answer."""
    server = pool(n=2)
    gate = Gate(server.daemon)
    request = held_request(gate)
    client = server.client().send(request)
    gate.wait_reached()
    eventually(lambda: server.answer_to(unique_request(), within=2).own, 10.0, what="the other answers")
    for _ in range(20):
        server.answer_to(unique_request()).assert_own()
    held = server.daemon.wait_held(gate.name)[0]
    assert proc.alive(held["pid"]), "the others were held up until the long request was given up"
    gate.release()
    receive(client, request).assert_own()


def test_a_request_waits_for_a_daemon(pool: StartPool, standing_daemons: None, chosen_count: None) -> None:
    """A request that finds all daemons busy waits, and is answered when one is free."""
    server = pool()
    answers = []
    for attempt in range(QUEUE_ATTEMPTS):
        (answer,) = _queue(server, f"gate{attempt}", [unique_request()])
        answer.assert_own_or_refused()
        if answer.own:
            return
        answers.append(answer)
    not_offered(f"what finds all daemons busy is refused: {answers[-1].data[:80]!r}")


def test_the_queue_is_served_in_order(pool: StartPool, standing_daemons: None, chosen_count: None) -> None:
    """Requests that wait for a daemon get it in the order of their arrival."""
    server = pool()
    for attempt in range(QUEUE_ATTEMPTS):
        requests = [unique_request(str(number)) for number in range(4)]
        answers = _queue(server, f"gate{attempt}", requests)
        for answer in answers:
            answer.assert_own_or_refused()
        if all(answer.own for answer in answers):
            seen = [line["token"] for line in server.daemon.journal("recv")]
            tokens = [request.split()[0].decode() for request in requests]
            assert [token for token in seen if token in tokens] == tokens
            return
    not_offered("no four requests could be made to wait")


def _queue(server: AnyRedirector, gate_name: str, requests: list[bytes]) -> list[Answer]:
    """The answers to requests that came one after the other while the only daemon was busy."""
    gate = Gate(server.daemon, gate_name)
    first = held_request(gate)
    busy = server.client().send(first)
    gate.wait_reached()
    clients = [asking(server, request) for request in requests]
    gate.release()
    receive(busy, first).assert_own()
    return [receive(client, request) for client, request in zip(clients, requests)]


def test_who_leaves_the_queue_costs_nobody_anything(pool: StartPool, standing_daemons: None,
                                                    chosen_count: None) -> None:
    """A client that leaves while it waits for a daemon takes nobody else's reply or turn with it."""
    server = pool()
    gate = Gate(server.daemon)
    first, left, last = held_request(gate), unique_request("leaves"), unique_request("stays")
    busy = server.client().send(first)
    gate.wait_reached()
    leaving = asking(server, left)
    staying = asking(server, last)
    leaving.reset()
    gate.release()
    receive(busy, first).assert_own()
    receive(staying, last).assert_own_or_refused()
    for _ in range(3):
        server.answer_to(unique_request()).assert_own()
