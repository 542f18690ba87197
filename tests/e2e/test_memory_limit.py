"""Without memory it ends, rather than to go on with requests that may have lost bytes."""

import resource

import pytest

from pytest_iotcpd import eventually, proc

MIB = 1 << 20


def address_space(pid):
    with open(f"/proc/{pid}/statm", encoding="ascii") as file:
        return int(file.read().split()[0]) * resource.getpagesize()


@pytest.mark.parametrize("threads", [1, 2])
def test_it_ends_at_once_when_there_is_no_memory(iotcpd, iotcpd_binary, threads):
    if proc.is_sanitized(iotcpd_binary[0]):
        pytest.skip("under AddressSanitizer memory is not refused but an error")
    server = iotcpd("cat", 2, options={"max_request": "16MiB", "threads": threads})
    server.expect_log("ended at once by an internal error")
    daemons = server.daemon_pids()
    limit = address_space(server.pid) + 20 * MIB
    resource.prlimit(server.pid, resource.RLIMIT_AS, (limit, limit))
    clients = [server.client() for _ in range(4)]
    for client in clients:
        try:
            client.send(b"x" * (15 * MIB))
        except OSError:
            break  # It has ended.
    assert server.wait_exit() == 70
    server.wait_log("ended at once by an internal error")
    eventually(lambda: not any(proc.alive(pid) for pid in daemons), 5, "the daemons end with it")
