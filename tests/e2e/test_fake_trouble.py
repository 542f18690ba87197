"""What must not bring a fake daemon to its knees: floods, stopped readers, children of children."""

import json
import os
import resource
import socket
import subprocess
import time

import pytest

from pytest_iotcpd import eventually, proc, scaled
from pytest_iotcpd.fake_daemon import ControlRefused

SMALL_KIB = 8 * 1024


def rss_kib(daemon):
    return proc.rss_kib(daemon.pid)


@pytest.fixture
def is_small(fake_daemon_binary):
    """An address sanitizer multiplies memory: there only the behaviour is tested."""
    if proc.is_sanitized(fake_daemon_binary):
        return lambda daemon: True
    return lambda daemon: rss_kib(daemon) < SMALL_KIB


# -- the control socket -----------------------------------------------------------------------


@pytest.mark.parametrize("flood", [b"await gate\n" * 50_000, b"await gate\n" + b"hold abcdefg\n" * 200_000],
                         ids=["awaits", "others"])
def test_a_flood_of_commands_behind_an_await_holds_nobody_up(fake_daemon, is_small, flood):
    daemon = fake_daemon(fault="before-reply = hold(gate)")
    (path,) = daemon.sockets()
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(path)
        client.setblocking(False)
        client.send(flood)  # what the kernel takes of it
        daemon.write(b"one\n").wait_held("gate")
        assert daemon.counters()[daemon.pid]["outstanding"] == 1
        assert is_small(daemon)
        daemon.release("gate")
        assert daemon.read_line() == b"one\n"


def test_answers_that_nobody_reads_are_not_piled_up(fake_daemon, is_small):
    daemon = fake_daemon()
    (path,) = daemon.sockets()
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(path)
        client.setblocking(False)
        with pytest.raises(BlockingIOError):
            while True:
                client.send(b"counters\n" * 100)
                time.sleep(0.001)
        assert is_small(daemon)
        assert daemon.ask(b"one\n") == b"one\n"


def test_a_client_that_sends_no_more_still_gets_its_answers(fake_daemon):
    daemon = fake_daemon(fault="before-reply = hold(gate)")
    (path,) = daemon.sockets()
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(path)
        client.sendall(b"faults\nawait gate\nrelease gate\n")
        client.shutdown(socket.SHUT_WR)
        daemon.write(b"one\n")
        client.settimeout(scaled(5))
        assert client.makefile("rb").read() == b'ok ["before-reply = hold(gate)"]\nok\nok\n'
    assert daemon.read_line() == b"one\n"


def test_more_clients_than_descriptors_use_no_processor(fake_daemon_binary, tmp_path):
    path = str(tmp_path / "control")
    process = subprocess.Popen([fake_daemon_binary, "--control", path], stdin=subprocess.PIPE,
                               preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (30, 30)))
    try:
        clients = [socket.socket(socket.AF_UNIX) for _ in range(30)]
        eventually(lambda: clients[0].connect(path) is None, 5)
        for client in clients[1:]:
            client.connect(path)
        used = proc.cpu_s(process.pid)
        with pytest.raises(AssertionError):
            eventually(lambda: proc.cpu_s(process.pid) > used + 0.1, 0.5)
        for client in clients:
            client.close()
        with socket.socket(socket.AF_UNIX) as late:
            late.connect(path)
            late.settimeout(scaled(5))
            late.sendall(b"faults\n")
            assert late.recv(100) == b"ok []\n"
    finally:
        process.kill()
        process.communicate()


def test_ctl_leaves_out_what_killed_processes_have_left_behind(fake_daemon, fake_daemon_binary, tmp_path):
    pattern = str(tmp_path / "c.{pid}")
    killed, alive = fake_daemon(control=pattern), fake_daemon(control=pattern)
    killed.wait_journal("start")
    alive.wait_journal("start")
    killed.process.kill()
    killed.wait()
    done = subprocess.run([fake_daemon_binary, "ctl", pattern, "--", "faults"], capture_output=True,
                          timeout=scaled(10), check=False)
    assert (done.returncode, done.stdout) == (0, b"ok []\n")
    alive.process.kill()
    alive.wait()
    done = subprocess.run([fake_daemon_binary, "ctl", pattern, "--", "faults"], capture_output=True,
                          timeout=scaled(10), check=False)
    assert done.returncode == 69 and done.stderr.count(b"\n") == 1


def test_faults_with_a_time_that_are_added_or_reset_while_it_is_idle_fire(fake_daemon):
    daemon = fake_daemon(fault="idle = at(100ms) extra-line(own)")
    assert daemon.read_line() == b"own\n"
    daemon.control("reset")
    assert daemon.read_line() == b"own\n"
    daemon.control("fault idle = at(200ms) exit(3)")
    assert daemon.wait() == 3


def test_wrong_id_is_refused_where_there_are_no_ids(fake_daemon):
    daemon = fake_daemon()
    with pytest.raises(Exception, match="squid-channel"):
        daemon.control("fault before-reply = wrong-id")


# -- readers that stop ------------------------------------------------------------------------


@pytest.mark.parametrize("settings", [{}, {"journal": None}, {"fault": "idle = chatter(10us)"},
                                      {"wrap": ["cat"]}, {"wrap": ["yes"]}], ids=str)
def test_a_stdout_that_nobody_reads_stops_it_and_takes_no_memory(fake_daemon, is_small, settings):
    daemon = fake_daemon(**{"journal": "/dev/null", "control": None, **settings})
    os.set_blocking(daemon.process.stdin.fileno(), False)
    taken, deadline = 0, time.monotonic() + 0.7
    while time.monotonic() < deadline:
        taken += daemon.process.stdin.write(b"x" * 72 + b"\n") or 0
    assert is_small(daemon)
    assert taken < 2 << 20


def test_a_stderr_that_takes_everything_leaves_room_for_others(fake_daemon_binary, tmp_path):
    path = str(tmp_path / "control")
    with open(os.devnull, "wb") as null:
        process = subprocess.Popen(
            [fake_daemon_binary, "--control", path, "--fault", "after-read = stderr(1GiB)"],
            stdin=subprocess.PIPE, stderr=null)
    try:
        process.stdin.write(b"one\n")
        process.stdin.flush()
        with socket.socket(socket.AF_UNIX) as client:
            eventually(lambda: client.connect(path) is None, 5)
            client.settimeout(scaled(2))
            client.sendall(b"faults\n")
            assert client.recv(100).startswith(b"ok")
    finally:
        process.terminate()
        assert process.wait(scaled(3)) == -15
        process.stdin.close()


def test_a_full_stderr_and_a_full_journal_cost_no_request(fake_daemon_binary, tmp_path):
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    with pytest.raises(BlockingIOError):
        while True:
            os.write(writer, b"x" * 65536)
    os.set_blocking(writer, True)
    done = subprocess.run([fake_daemon_binary, "--journal", "/dev/full"], input=b"a\nb\n",
                          stdout=subprocess.PIPE, stderr=writer, timeout=scaled(5), check=False)
    os.close(reader)
    os.close(writer)
    assert (done.stdout, done.returncode) == (b"a\nb\n", 0)


# -- requests in pieces, signals, children ----------------------------------------------------


@pytest.mark.parametrize("fault", ["idle = after(1) extra-line(IDLE)", "idle = at(100ms) extra-line(IDLE)"])
def test_half_a_request_is_no_idleness(fake_daemon, fault):
    daemon = fake_daemon(fault=["before-read = 1* hold(start)", fault]).write(b"one\ntw")
    daemon.wait_held("start")
    daemon.release("start")
    assert daemon.read_line() == b"one\n"
    time.sleep(0.3)  # nothing may come: there is no event to wait for
    assert daemon.read_available() == b""
    assert daemon.ask(b"o\n") == b"two\n"


def test_a_fault_shifts_no_draw_of_the_latency(fake_daemon):
    def slept(**settings):
        daemon = fake_daemon(latency="mix(50%:0s, 50%:20ms)", seed=5, **settings)
        daemon.write(b"".join(b"%d\n" % number for number in range(12))).finish()
        return {line["seq"]: line["slept_us"] >= 20_000 for line in daemon.journal("reply")}

    plain = slept()
    assert len(set(plain.values())) == 2
    del plain[1]
    assert slept(fault="after-read = 1* drop") == plain


@pytest.mark.parametrize("action", ["kill(CHLD)", "ignore(CHLD)"])
def test_a_wrapper_learns_of_the_end_of_its_program_whatever_happens_to_sigchld(fake_daemon, action):
    daemon = fake_daemon(fault=f"after-read = 1* {action}", wrap=["cat"]).write(b"a\nb\n")
    assert daemon.finish() == (b"a\nb\n", b"", 0)


def test_a_grandchild_that_writes_on_does_not_keep_a_wrapper_from_its_end(fake_daemon_binary):
    script = "timeout 30 yes & sleep 0.1; exit 3"
    done = subprocess.run([fake_daemon_binary, "--wrap", "--", "sh", "-c", script],
                          stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          timeout=scaled(10), check=False)
    assert done.returncode == 3


@pytest.mark.parametrize("action", ["close-stdin", "stop-reading"])
def test_the_end_of_stdin_is_the_end_whatever_is_closed_then(fake_daemon, action):
    assert fake_daemon(fault=f"on-eof = {action}").write(b"one\n").finish() == (b"one\n", b"", 0)


# -- files ------------------------------------------------------------------------------------


@pytest.mark.parametrize("words, code", [
    (["--profile", "/proc/self/mem"], 78), (["--profile", "/dev/zero"], 78), (["--profile", "/tmp/"], 78),
    (["--personality", "squidguard", "--patterns", "/proc/self/mem"], 64),
    (["--personality", "squidguard", "--patterns", "/dev/zero"], 64),
    (["--latency", "empirical(/proc/self/mem)"], 64), (["--latency", "empirical(/dev/zero)"], 64)])
def test_a_file_that_cannot_be_read_whole_is_refused_in_one_line(fake_daemon_binary, words, code):
    done = subprocess.run([fake_daemon_binary, *words], stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=scaled(10), check=False)
    assert (done.returncode, done.stderr.count(b"\n")) == (code, 1), done.stderr


def test_waiting_for_a_file_can_be_ended_by_term(fake_daemon_binary, tmp_path):
    os.mkfifo(tmp_path / "fifo")
    process = subprocess.Popen([fake_daemon_binary, "--profile", tmp_path / "fifo"],
                               stdin=subprocess.DEVNULL)
    eventually(lambda: proc.command_line(process.pid)[:1] == [fake_daemon_binary], 5)
    process.terminate()
    assert process.wait(scaled(5)) == -15


@pytest.mark.parametrize("line, part", [("template = {wrong}", "line 2: template"),
                                        ("patterns = /nonexistent", "line 2: patterns"),
                                        ("fault = before-reply = wrong-id", "line 2: fault"),
                                        ("obey-requests = yes", "true or false")])
def test_what_is_wrong_in_a_profile_is_said_of_the_profile(fake_daemon_binary, tmp_path, line, part):
    profile = tmp_path / "x.profile"
    profile.write_text(f"# wrong\n{line}\n")
    for words in ([], ["--print"]):
        done = subprocess.run([fake_daemon_binary, "--profile", profile, *words], capture_output=True,
                              stdin=subprocess.DEVNULL, timeout=scaled(10), check=False)
        assert done.returncode == 78 and part in done.stderr.decode(), done.stderr


def test_much_input_goes_through_a_wrapped_program_whole(fake_daemon_binary):
    """Both pipes fill up again and again, and whoever waits for room in one is told of it."""
    data = b"".join(b"%063d\n" % number for number in range(300_000))
    done = subprocess.run([fake_daemon_binary, "--wrap", "--", "cat"], input=data, check=True,
                          capture_output=True, timeout=scaled(30))
    assert done.stdout == data


def test_a_slow_reader_gets_every_byte_of_a_wrapped_program(fake_daemon_binary):
    command = [fake_daemon_binary, "--wrap", "--", "seq", "300000"]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as process:
        # Small pieces: now it is full, now it is not, at every moment of the daemon's.
        received = b"".join(iter(lambda: os.read(process.stdout.fileno(), 3000), b""))
    assert received == b"".join(b"%d\n" % number for number in range(1, 300_001))
    assert process.returncode == 0


# -- files and words of requests --------------------------------------------------------------


def test_a_distribution_reads_no_fifo(fake_daemon, tmp_path):
    os.mkfifo(tmp_path / "fifo")
    daemon = fake_daemon("--obey-requests")
    with pytest.raises(ControlRefused, match="no regular file"):
        daemon.control(f"fault after-read = sleep(empirical({tmp_path}/fifo))")
    request = f"one @after-read=sleep(empirical({tmp_path}/fifo))\n".encode()
    assert daemon.ask(request) == request


def test_a_request_names_no_file_at_all(fake_daemon, tmp_path):
    (tmp_path / "times").write_text("1ms\n")
    daemon = fake_daemon("--obey-requests")
    daemon.control(f"fault after-reply = sleep(empirical({tmp_path}/times))")
    daemon.ask(f"one @after-read=sleep(empirical({tmp_path}/times))\n".encode())
    assert b"without a file" in daemon.finish()[1]
    assert not daemon.journal("fault", point="after-read")


@pytest.mark.parametrize("word", [b"@after-read=off ", b"@a "])
def test_a_request_full_of_directives_costs_little(fake_daemon_binary, word):
    started = time.monotonic()
    done = subprocess.run([fake_daemon_binary, "--obey-requests"], input=word * 100_000 + b"\n",
                          capture_output=True, timeout=scaled(20), check=False)
    assert len(done.stdout) == len(word) * 100_000 + 1 and len(done.stderr) < 10_000
    assert time.monotonic() - started < scaled(2)


def test_a_directive_may_end_a_line_of_dos(fake_daemon):
    daemon = fake_daemon("--obey-requests")
    daemon.write(b"one @before-reply=exit(7)\r\n")
    assert daemon.wait() == 7


# -- descriptors and processes ----------------------------------------------------------------


def test_an_argument_of_a_wrapped_program_is_no_line_of_the_printed_profile(fake_daemon_binary):
    done = subprocess.run([fake_daemon_binary, "--print", "--wrap", "--", "echo", "a\nfault = idle = exit(1)"],
                          capture_output=True, text=True, timeout=scaled(10), check=False)
    assert not [line for line in done.stdout.splitlines() if line.startswith("fault")]
    assert done.stdout.startswith("# --wrap -- echo 'a\\x0afault")


@pytest.mark.parametrize("redirect", ["</dev/null", "<&-"])
def test_a_stdin_that_never_has_a_byte_is_idle_and_not_read(fake_daemon_binary, tmp_path, redirect):
    journal = tmp_path / "journal"
    subprocess.run(["sh", "-c", f'exec "$@" {redirect}', "sh", fake_daemon_binary, "--journal", journal,
                    "--fault", "before-read = stderr(1)", "--fault", "idle = stderr(1)"],
                   timeout=scaled(10), check=True, capture_output=True)
    assert [json.loads(line).get("point") for line in journal.read_text().splitlines()] == [
        None, "idle", None]


def test_a_stdout_that_is_closed_from_the_start_is_an_error_once_there_is_a_reply(fake_daemon_binary):
    done = subprocess.run(["sh", "-c", f"exec {fake_daemon_binary} >&-"], input=b"one\n",
                          stderr=subprocess.PIPE, timeout=scaled(10), check=False)
    assert done.returncode == 74 and done.stderr.startswith(b"iotcpd-fake-daemon: stdout: ")


@pytest.mark.parametrize("name, number", [("SEGV", 11), ("KILL", 9)])
def test_the_first_process_of_a_namespace_ends_as_well(fake_daemon_binary, name, number):
    unshare = ["unshare", "--user", "--map-root-user", "--pid", "--fork"]
    if subprocess.run([*unshare, "true"], check=False, capture_output=True).returncode != 0:
        pytest.skip("no PID namespaces here")
    done = subprocess.run([*unshare, fake_daemon_binary, "--fault", f"after-read = 1* kill({name})"],
                          input=b"one\ntwo\n", capture_output=True, timeout=scaled(10), check=False)
    assert (done.stdout, done.returncode) == (b"", 128 + number)
