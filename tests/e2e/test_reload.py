"""HUP re-reads the settings; what is wrong or fixed for life keeps its old value. The log is reopened."""

import signal

import pytest

from pytest_iotcpd import WHO, eventually, proc
from pytest_iotcpd.deaths import DIED
from pytest_iotcpd.gate import Gate
from pytest_iotcpd.window import takes

NO_COUNT = None  # --num-daemons is left to the file


@pytest.fixture
def config(tmp_path):
    """config(error_reply="NO", ...) writes the file and returns its path."""
    path = tmp_path / "iotcpd.conf"

    def write(**settings):
        path.write_text("".join(f"{name.replace('_', '-')} = {value}\n"
                                for name, value in {"alarm_interval": "50ms", **settings}.items()))
        return path

    return write


def reload(server, times=1):
    server.signal(signal.SIGHUP)
    server.wait_log("refresh done", within=15, times=times)


def test_the_error_reply_is_read_again(iotcpd, fake, config):
    server = iotcpd(str(fake(obey_requests=True)), 1, options={"config": config(error_reply="FIRST")})
    server.expect_log(*DIED, "keeps dying")
    assert server.ask(b"@after-read=exit(1)\n") == b"FIRST\n"
    config(error_reply="SECOND one")
    reload(server)
    assert server.ask(b"@after-read=exit(1)\n") == b"SECOND one\n"


def test_the_busy_timeout_is_read_again(iotcpd, fake, config):
    server = iotcpd(str(fake(obey_requests=True)), 1, options={"config": config(busy_timeout="1h")})
    server.expect_log("condemned: timeout", "killed by signal", "exited with")
    config(busy_timeout="200ms")
    reload(server)
    with takes(0.2):
        assert server.ask(b"@after-read=hang\n") == b"ERR\n"


def test_a_limit_per_source_counts_the_connections_there_are(iotcpd, config):
    server = iotcpd("cat", 1, options={"config": config()})
    first, second = (server.client() for _ in range(2))
    server.wait_stats(lambda stats: stats["clients open"] == 2)
    config(max_clients_per_source=2)
    reload(server)
    assert server.client().recv_to_eof() == b""
    first.close()
    server.wait_stats(lambda stats: stats["clients open"] == 1)
    assert server.ask(b"any\n") == b"any\n"
    assert second.ask(b"still here\n") == b"still here\n"
    assert server.stats().check_law()["refused per-source"] == 1


def test_the_number_of_daemons_grows_and_shrinks(iotcpd, config):
    server = iotcpd("cat", NO_COUNT, options={"config": config(num_daemons=2)})
    for times, wanted in enumerate((5, 1, 3), start=1):
        config(num_daemons=wanted)
        reload(server, times)
        server.wait_stats(lambda stats, n=wanted: stats["daemon S_AVAILABLE"] == n
                          and stats["daemon S_STOPPING"] == 0)
        assert len(server.daemon_pids()) == len(server.registers()) == wanted
        assert server.ask(b"any\n") == b"any\n"


def test_a_slot_that_comes_back_goes_on_counting_its_daemons(iotcpd, config):
    server = iotcpd("cat", NO_COUNT, options={"config": config(num_daemons=2)})
    for times, wanted in enumerate((2, 2, 1), start=1):
        config(num_daemons=wanted)
        reload(server, times)
    server.wait_stats(lambda stats: stats["daemon S_AVAILABLE"] == 1)
    config(num_daemons=2)
    reload(server, times=4)
    # Three before it went, one when it came back, and the successor of that.
    assert server.registers()[1]["incarnation"] == 5


def test_daemons_at_work_finish_before_a_smaller_pool_gives_them_up(iotcpd, fake, config):
    daemon = fake(obey_requests=True)
    gates = [Gate(daemon, f"gate-{number}") for number in range(3)]
    server = iotcpd(str(daemon), NO_COUNT, options={"config": config(num_daemons=3)})
    clients = [server.client().send(gate.request()) for gate in gates]
    server.wait_stats(lambda stats: stats["daemon S_BUSY"] == 3)
    config(num_daemons=1)
    server.signal(signal.SIGHUP)
    server.wait_log("refresh started")
    for gate, client in zip(gates, clients):
        gate.release()
        assert client.recv_to_eof() == gate.request()
        client.close()
    server.wait_log("refresh done", within=10)
    server.wait_stats(lambda stats: stats["daemon S_STOPPING"] == 0)
    assert len(server.daemon_pids()) == len(server.registers()) == 1
    assert server.ask(b"any\n") == b"any\n"


def test_the_daemon_command_is_read_again(iotcpd, config):
    server = iotcpd(None, 2, options={"config": config(daemon="sed -u s/a/b/")})
    assert server.ask(b"banana\n") == b"bbnana\n"
    config(daemon="sed -u 's/a/X Y/'")
    reload(server)
    assert server.ask(b"banana\n") == b"bX Ynana\n"


def test_the_queue_limits_are_read_again(iotcpd, fake, config):
    server = iotcpd(str(fake(obey_requests=True)), 1, options={"config": config(queue_timeout="1h")})
    config(queue_timeout="100ms")
    reload(server)
    with server.client() as busy:
        busy.send(b"@after-read=sleep(600ms)\n")
        server.wait_stats(lambda stats: stats["daemon S_BUSY"] == 1)
        with takes(0.1, margin_s=0.4):
            assert server.ask(b"queued\n") == b"ERR\n"
        assert busy.recv_to_eof() == b"@after-read=sleep(600ms)\n"


def test_what_the_command_line_says_wins_at_a_reload_too(iotcpd, fake, config):
    server = iotcpd(str(fake(obey_requests=True)), 1, options={
        "config": config(error_reply="FILE"), "error_reply": "COMMAND LINE"})
    server.expect_log(*DIED)
    config(error_reply="FILE AGAIN")
    reload(server)
    assert server.ask(b"@after-read=exit(1)\n") == b"COMMAND LINE\n"


@pytest.mark.parametrize("wrong, named", [
    ({"busy_timeout": "5parsecs"}, "5parsecs"), ({"num_daemons": "many"}, "many"),
    ({"no_such_setting": "1"}, "no-such-setting"), ({"allow": "10.0.0.0/99"}, "10.0.0.0/99"),
    ({"probe_expect": "("}, "probe-expect")])
def test_an_invalid_file_keeps_the_old_settings_and_is_logged_as_an_error(
        iotcpd, fake, config, wrong, named):
    server = iotcpd(str(fake(obey_requests=True)), NO_COUNT,
                    options={"config": config(error_reply="OLD", num_daemons=1)})
    server.expect_log(named, *DIED)
    config(**{"error_reply": "NEW", "num_daemons": 1, **wrong})
    server.signal(signal.SIGHUP)
    server.wait_log(rf"\berror\b.*{named}")
    assert server.ask(b"@after-read=exit(1)\n") == b"OLD\n"
    assert server.ask(b"still here\n") == b"still here\n"


def test_a_file_that_is_gone_keeps_the_old_settings(iotcpd, fake, config):
    path = config(error_reply="OLD")
    server = iotcpd(str(fake(obey_requests=True)), 1, options={"config": path})
    server.expect_log("iotcpd.conf", *DIED)
    path.unlink()
    server.signal(signal.SIGHUP)
    server.wait_log(r"\berror\b.*iotcpd\.conf")
    assert server.ask(b"@after-read=exit(1)\n") == b"OLD\n"


@pytest.mark.parametrize("target", ["iotcpd.conf", "/proc/self/mem"], ids=["loops", "cannot be read"])
def test_a_link_that_leads_nowhere_keeps_the_old_settings_and_the_daemons_are_replaced(
        iotcpd, fake, config, target):
    path = config(error_reply="OLD")
    daemon = fake(obey_requests=True, **WHO)
    server = iotcpd(str(daemon), 1, options={"config": path})
    server.expect_log("iotcpd.conf", *DIED)
    path.unlink()
    path.symlink_to(target)
    reload(server)
    server.wait_log(r"\berror\b.*old ones stay.*iotcpd\.conf")
    assert b"incarnation=2" in server.ask(b"who\n")
    assert server.ask(b"@after-read=exit(1)\n") == b"OLD\n"


def test_listeners_stay_whatever_the_file_says(iotcpd, config):
    server = iotcpd("cat", 1, listen=(), options={"config": config(port=0, ipv4="127.0.0.1")})
    addresses, port = server.addresses, server.port
    server.expect_log("port", "ipv4", "listen")
    config(port=1, ipv4="127.0.0.2", error_reply="NEW")
    reload(server)
    assert server.ask(b"same port\n") == b"same port\n"
    assert (server.addresses, server.port) == (addresses, port)


def test_the_access_list_is_read_again_for_new_connections(iotcpd, config):
    server = iotcpd("cat", 1, options={"config": config(allow="127.0.0.0/8, ::1")})
    assert server.ask(b"allowed\n") == b"allowed\n"
    config(allow="10.0.0.0/8")
    reload(server)
    try:
        assert server.ask(b"not allowed\n") == b""
    except (ConnectionResetError, BrokenPipeError):
        pass
    assert server.wait_stats(lambda stats: stats["refused not-allowed"] == 1)


def test_the_log_file_is_reopened(iotcpd, tmp_path):
    log, rotated = tmp_path / "iotcpd.log", tmp_path / "iotcpd.log.1"
    server = iotcpd("cat", 2, options={"log_file": log, "log_level": "debug", "alarm_interval": "50ms"})
    eventually(lambda: "incarnation 1" in log.read_text(), what="the first lines")
    log.rename(rotated)
    server.signal(signal.SIGHUP)
    eventually(lambda: "refresh done" in log.read_text(), 10, "a new file with new lines")
    before = rotated.read_text()
    server.signal(signal.SIGHUP)
    eventually(lambda: log.read_text().count("refresh done") == 2, 10, "the lines of a second refresh")
    assert rotated.read_text() == before
    assert str(rotated) not in proc.open_fds(server.pid).values()


def test_settings_that_are_not_in_the_file_any_more_have_their_defaults_again(iotcpd, fake, config):
    server = iotcpd(str(fake(obey_requests=True)), 1, options={"config": config(error_reply="CUSTOM")})
    server.expect_log(*DIED)
    config()
    reload(server)
    assert server.ask(b"@after-read=exit(1)\n") == b"ERR\n"
