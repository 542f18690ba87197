"""The yardsticks do the job that they are the measure of."""

import pathlib
import socket

import pytest

from benchlib.server import Server


@pytest.fixture(name="server", params=[1, 8])
def start_server(request, iotcpd_binary):
    program = pathlib.Path(iotcpd_binary[0]).with_name("bare-keep-alive")
    with Server(str(program), request.param) as server:
        yield server


def test_a_kept_connection_is_answered_again_and_again(server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as client:
        stream = client.makefile("rwb", buffering=0)
        for number in range(100):
            stream.write(b"line %d\n" % number)
            assert stream.readline() == b"line %d\n" % number


def test_replies_reach_those_who_asked_when_all_daemons_are_busy(server):
    clients = [socket.create_connection(("127.0.0.1", server.port), timeout=5) for _ in range(50)]
    streams = [client.makefile("rwb", buffering=0) for client in clients]
    for _ in range(20):
        for number, stream in enumerate(streams):
            stream.write(b"client %d\n" % number)
        for number, stream in enumerate(streams):
            assert stream.readline() == b"client %d\n" % number
    for client in clients:
        client.close()
