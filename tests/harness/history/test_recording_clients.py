"""What clients of kept connections write down, when a server does what it must not."""

import socket
import threading

import pytest

from pytest_iotcpd.history import records
from pytest_iotcpd.history.pipelining_client import PipeliningClient
from pytest_iotcpd.history.recording_client import ClientHistory, RecordingClient

SURPLUS = b"one too many\n"


@pytest.fixture
def history():
    return ClientHistory()


def address_of(server):
    return server.host, server.port


def talkative(line, number):
    """Each third request has a line on top of its reply."""
    return line + (SURPLUS if number == 2 else b"")


def test_a_line_after_all_replies_is_told_of_the_last_request(scripted_server, history):
    server = scripted_server(talkative, keep_alive=True)
    *others, last = PipeliningClient(address_of(server), history).ask(["", "", ""])
    assert all(record.received.count(b"\n") == 1 for record in others)
    assert last.received.endswith(b"\n" + SURPLUS)


@pytest.mark.parametrize("ask", ["ask", "ask_slowly", "ask_half_closed"])
def test_a_client_of_one_request_ends_its_connection_itself(scripted_server, history, ask):
    server = scripted_server(lambda line, _: line + SURPLUS, keep_alive=True)
    client = RecordingClient(address_of(server), history, kept=True)
    record = getattr(client, ask)()
    assert record.outcome == records.REPLY and record.received.endswith(b"\n" + SURPLUS)


@pytest.fixture
def never_closing():
    """The address of a server that answers what comes, and never closes."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        kept = []

        def serve():
            connection, _ = listener.accept()
            kept.append(connection)
            while piece := connection.recv(65536):
                connection.sendall(piece)

        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()
        thread.join()
        for connection in kept:
            connection.close()


def test_who_has_all_replies_and_no_end_of_the_stream_has_not_got_the_last_one(never_closing, history):
    first, last = PipeliningClient(never_closing, history, deadline_s=0.3).ask(["", ""])
    assert (first.outcome, last.outcome) == (records.REPLY, records.TIMEOUT)
    assert len(history.take()) == 2
