"""--keep-alive, --max-pipeline and --idle-timeout as settings: printed, read from a file, read again."""

import signal

import pytest

from pytest_iotcpd import ERROR_REPLY
from pytest_iotcpd.gate import Gate


def write(path, **settings):
    path.write_text("".join(f"{name.replace('_', '-')} = {value}\n" for name, value in settings.items()))
    return path


def printed(ended):
    assert (ended.returncode, ended.stderr) == (0, b""), ended
    return dict(line.split(" = ", 1) for line in ended.stdout.decode().splitlines() if " = " in line)


def reload(server, times=1):
    server.signal(signal.SIGHUP)
    server.wait_log("refresh done", within=15, times=times)


@pytest.mark.parametrize("words, expected", [
    ([], ("no", "64", "1m")),
    (["--keep-alive", "--max-pipeline", "65536", "--idle-timeout", "24h"], ("yes", "65536", "24h")),
    (["--keep-alive", "--max-pipeline=1", "--idle-timeout=1ms"], ("yes", "1", "1ms"))],
    ids=["defaults", "most", "least"])
def test_check_config_prints_them(iotcpd_run, words, expected):
    settings = printed(iotcpd_run("--check-config", *words))
    assert tuple(settings[name] for name in ("keep-alive", "max-pipeline", "idle-timeout")) == expected


@pytest.mark.parametrize("value", ["yes", "no"])
def test_a_file_says_yes_or_no(iotcpd_run, tmp_path, value):
    path = write(tmp_path / "iotcpd.conf", keep_alive=value)
    assert printed(iotcpd_run("--check-config", "--config", path))["keep-alive"] == value


@pytest.mark.parametrize("value", ["maybe", "true", "1", ""])
def test_a_file_that_says_anything_else_is_refused(iotcpd_run, tmp_path, value):
    path = write(tmp_path / "iotcpd.conf", keep_alive=value)
    ended = iotcpd_run("--check-config", "--config", path)
    assert ended.returncode == 78
    line = ended.stderr.decode()
    assert "keep-alive" in line and f"'{value}'" in line and "yes or no" in line


def test_the_option_on_the_command_line_takes_no_value_and_wins(iotcpd_run, tmp_path):
    path = write(tmp_path / "iotcpd.conf", keep_alive="no")
    ended = iotcpd_run("--check-config", "--keep-alive", "--config", path)
    assert printed(ended)["keep-alive"] == "yes"
    assert iotcpd_run("--check-config", "--keep-alive=yes").returncode == 64


def test_a_file_makes_a_service_that_keeps_connections(iotcpd, tmp_path):
    path = write(tmp_path / "iotcpd.conf", keep_alive="yes")
    server = iotcpd("cat", 1, options={"config": path})
    with server.client() as client:
        assert client.send(b"one\n").recv_line() == b"one\n"
        assert client.send(b"two\n").recv_line() == b"two\n"


def test_a_reload_switches_it_for_new_connections_and_leaves_the_old_ones(iotcpd, tmp_path):
    path = write(tmp_path / "iotcpd.conf", alarm_interval="20ms", keep_alive="yes")
    server = iotcpd("cat", 1, options={"config": path})
    with server.client() as kept:
        assert kept.send(b"one\n").recv_line() == b"one\n"
        write(path, alarm_interval="20ms", keep_alive="no")
        reload(server)
        assert server.client().send(b"only\n").recv_to_eof() == b"only\n"
        assert kept.send(b"two\n").recv_line() == b"two\n"
        write(path, alarm_interval="20ms", keep_alive="yes")
        reload(server, times=2)
        with server.client() as another:
            assert another.send(b"first\nsecond\n").half_close().recv_to_eof() == b"first\nsecond\n"
        assert kept.send(b"three\n").recv_line() == b"three\n"


def test_a_reload_shortens_idle_timeout_of_the_connections_there_are(iotcpd, tmp_path):
    path = write(tmp_path / "iotcpd.conf", alarm_interval="20ms", idle_timeout="1h")
    server = iotcpd("cat", 1, "--keep-alive", options={"config": path})
    with server.client() as idle:
        assert idle.send(b"one\n").recv_line() == b"one\n"
        write(path, alarm_interval="20ms", idle_timeout="50ms")
        reload(server)
        idle.expect_eof()


def test_a_reload_changes_max_pipeline_of_the_connections_there_are(iotcpd, fake, tmp_path):
    path = write(tmp_path / "iotcpd.conf", alarm_interval="20ms", max_pipeline=2)
    gate = Gate(daemon := fake(obey_requests=True))
    server = iotcpd(str(daemon), 1, "--keep-alive", options={"config": path, "queue_timeout": "30s"})
    with server.client() as client:
        assert client.send(b"one\n").recv_line() == b"one\n"
        write(path, alarm_interval="20ms", max_pipeline=3)
        reload(server)
        client.send(gate.request(b"held") + b"2\n3\n4\n5\n")
        server.wait_stats(lambda stats: stats.in_flight == 3)
        gate.release()
        assert [client.recv_line() for _ in range(5)] == [gate.request(b"held"), b"2\n", b"3\n", b"4\n", b"5\n"]


def test_a_reload_changes_max_request_of_the_connections_there_are(iotcpd, tmp_path):
    """From the next request on: one that has begun is held to the limit that it has begun with."""
    path = write(tmp_path / "iotcpd.conf", alarm_interval="20ms", max_request=8)
    server = iotcpd("cat", 1, "--keep-alive", options={"config": path})
    with server.client() as client:
        assert client.send(b"1234567\n12").recv_line() == b"1234567\n"
        write(path, alarm_interval="20ms", max_request=16)
        reload(server)
        assert client.send(b"34567\n").recv_line() == b"1234567\n"
        assert client.send(b"123456789012345\n12345678901").recv_line() == b"123456789012345\n"
        write(path, alarm_interval="20ms", max_request=4)
        reload(server, times=2)
        assert client.send(b"2345\n").recv_line() == b"123456789012345\n"
        assert client.send(b"123\n1234\nafter\n").recv_to_eof() == b"123\n" + ERROR_REPLY
    assert server.stats().check_law()["failed oversize"] == 1
