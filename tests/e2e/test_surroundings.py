"""It starts wherever it is put, as long as nothing that it needs is missing."""

import os

import pytest

DELETED_FOLDER = "mkdir gone; cd gone; rmdir ../gone"
WITHOUT_PATH = 'unset PATH; exec -a iotcpd "$0" "$@"'
SURROUNDINGS = {
    "no PATH": WITHOUT_PATH,
    "a deleted working directory": f'{DELETED_FOLDER}; exec "$0" "$@"',
    "both": f"{DELETED_FOLDER}; {WITHOUT_PATH}",
}


@pytest.fixture(params=SURROUNDINGS)
def iotcpd_binary(request, iotcpd_binary):
    return ["/bin/bash", "-c", SURROUNDINGS[request.param], *iotcpd_binary]


def test_it_serves_with_absolute_paths(iotcpd, tmp_path):
    statistics = tmp_path / "stats"
    server = iotcpd("/usr/bin/env cat", 1, options={"stats_file": statistics})
    assert server.ask(b"here\n") == b"here\n"
    server.stats()
    assert statistics.exists()


def test_a_daemon_is_in_the_working_directory_that_it_was_started_in(iotcpd, tmp_path):
    server = iotcpd("/bin/sh -c 'while read -r line; do /bin/readlink /proc/self/cwd; done'", 1)
    told = server.ask(b"where?\n").decode().rstrip("\n")
    assert told == os.readlink(f"/proc/{server.pid}/cwd")
    assert told.startswith(str(tmp_path))
