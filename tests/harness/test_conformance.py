"""What the conformance scenarios stand on: the command line, what an answer is, the port, the page."""

import functools
import re
import shlex
import socket
import sys

import pytest

from conformance_run import TIMEOUT_S, start
from pytest_iotcpd import proc
from pytest_iotcpd.conformance import any_redirector
from pytest_iotcpd.conformance.answer import Answer
from pytest_iotcpd.conformance.launched_fake import LaunchedFake
from pytest_iotcpd.conformance.plugin import scenarios
from pytest_iotcpd.redirector_command import RedirectorCommand, WrongTemplate

pytestmark = pytest.mark.timeout(TIMEOUT_S)


@pytest.fixture
def conform(repository, tmp_path):
    """conform(command, *words): a Run; {python} and {harness} in the command are filled in."""
    return functools.partial(start, repository, tmp_path)


# -- the command line ------------------------------------------------------------------------------

DAEMON = ["/a b/daemon", "-c", "x.conf"]


@pytest.mark.parametrize("template, words", [
    ("r -p {port} -n {n} -d {daemon}", ["r", "-p", "99", "-n", "3", "-d", "'/a b/daemon' -c x.conf"]),
    ("r --listen=127.0.0.1:{port} -- {daemon...}", ["r", "--listen=127.0.0.1:99", "--", *DAEMON]),
    ("r --n={n}x{n} {port} 'EXEC: {daemon}'",
     ["r", "--n=3x3", "99", "EXEC: '/a b/daemon' -c x.conf"]),
    ("r -q", ["r", "-q", "-i", "127.0.0.1", "-p", "99", "-n", "3", "-d", "'/a b/daemon' -c x.conf"])])
def test_the_fields_of_a_template_are_filled_in(template, words):
    assert RedirectorCommand(template).for_pool(99, 3, DAEMON) == words


@pytest.mark.parametrize("template, named", [
    ("r -p {prt} {daemon}", "{prt}"), ("r -p {port} x{daemon...}", "x{daemon...}"),
    ("r {daemon}", "{port}"), ("r {port} -n {n}", "{daemon}")])
def test_a_wrong_template_is_refused_with_what_is_wrong(template, named):
    with pytest.raises(WrongTemplate, match=re.escape(named)):
        RedirectorCommand(template)


def test_a_relative_program_is_taken_from_the_folder_of_the_call(tmp_path):
    assert RedirectorCommand("bin/r -q", tmp_path).words == [str(tmp_path / "bin/r"), "-q"]
    assert RedirectorCommand("r bin/x", tmp_path).words == ["r", "bin/x"]


def test_the_number_of_daemons_can_be_chosen_or_not():
    assert RedirectorCommand("r {port} {n} {daemon}").takes_count and RedirectorCommand("r").takes_count
    assert not RedirectorCommand("r {port} {daemon}").takes_count


@pytest.mark.parametrize("command, named", [
    ("/no/such/program -p {port} {daemon}", "/no/such/program"), ("r {prt} {daemon}", "{prt}")])
def test_a_command_that_cannot_be_run_is_one_line(conform, command, named):
    ended = conform(command.replace("{", "{{").replace("}", "}}")).ended
    (line,) = (line for line in ended.stderr.splitlines() if line)
    assert ended.returncode == 4 and line.startswith("ERROR: --iotcpd-binary") and named in line


# -- what an answer is -----------------------------------------------------------------------------

OWN = b"tk_0123456789abcdef words\n"


@pytest.mark.parametrize("data, reset, own, refused", [
    (OWN, False, True, False), (b"", False, False, True), (b"", True, False, True),
    (b"ERR\n", False, False, True), (b"ERR", False, False, False), (OWN[:9], False, False, False),
    (OWN[:9], True, False, True), (OWN + b"ERR\n", False, False, False),
    (b"tk_fedcba9876543210 \n", False, False, False), (b"tk_fedc", True, False, False),
    (b"STRAY\n", False, False, False), (b"STRAY\n", True, False, False)])
def test_what_is_a_reply_of_ones_own_and_what_a_refusal(data, reset, own, refused):
    answer = Answer(OWN, data, reset)
    assert (answer.own, answer.refused) == (own, refused)


# -- the page --------------------------------------------------------------------------------------

def test_the_page_lists_all_scenarios_with_their_claims(repository):
    page = (repository / "docs/conformance.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z0-9-]+/[a-z0-9-]+)` \| (.+) \|$", page, re.M)
    assert rows == [(scenario["id"], scenario["claim"]) for scenario in scenarios()]


# -- the port --------------------------------------------------------------------------------------

def test_a_port_that_somebody_else_was_faster_to_take_is_given_up_for_another(
        iotcpd_binary, fake_daemon_binary, tmp_path, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as faster:
        taken = faster.getsockname()[1]
        ports = [any_redirector.free_port(), taken, taken]
        monkeypatch.setattr(any_redirector, "free_port", ports.pop)
        server = any_redirector.AnyRedirector.start(
            RedirectorCommand(shlex.join(iotcpd_binary)), str(tmp_path), tmp_path,
            LaunchedFake(fake_daemon_binary, tmp_path))
        try:
            assert ports == [] and server.port != taken and server.answer_to(OWN).own
        finally:
            server.end_at_once()


def test_what_never_starts_is_told_with_what_it_wrote(tmp_path, fake_daemon_binary):
    command = RedirectorCommand(f"{sys.executable} -c 'raise SystemExit(\"no luck\")' {{port}} {{daemon}}")
    with pytest.raises(any_redirector.PoolNotStarted, match="^ended with code 1: no luck\n"):
        any_redirector.AnyRedirector.start(command, str(tmp_path), tmp_path,
                                           LaunchedFake(fake_daemon_binary, tmp_path))


# -- what does not start ---------------------------------------------------------------------------

NOT_TRIED = "PoolNotStarted: not tried: none of the first 2 pools was ever ready"
#: A redirector, but for its second to fifth start, which is as often as one pool is tried.
FALTERS = """#!/bin/sh
printf . >> "$0.starts"
case $(wc -c < "$0.starts") in [2-5]) exit 3 ;; esac
echo $$ >> "$0.pids"
exec IOTCPD -i 127.0.0.1 -p "$1" -n 1 -d "$2"
"""


@pytest.fixture
def falters(tmp_path, iotcpd_binary):
    script = tmp_path / "redirect"
    script.write_text(FALTERS.replace("IOTCPD", shlex.join(iotcpd_binary)))
    script.chmod(0o755)
    return script


def test_what_never_starts_is_not_waited_for_again_and_again(conform):
    run = conform("/bin/false {{port}} {{n}} {{daemon}}")
    assert set(run.verdicts().values()) == {"failed"}
    reasons = [scenario["reason"] for scenario in run.table["scenarios"]]
    tried = {reason for reason in reasons if reason != NOT_TRIED}
    assert tried == {"PoolNotStarted: ended with code 1"} and reasons.count(NOT_TRIED) >= len(reasons) - 10


def test_a_session_whose_long_waits_do_not_begin_plays_the_others_and_leaves_nothing(conform, falters):
    """The first pool starts, the second of those that wait does not, and the next one does again."""
    run = conform(f"{falters} {{{{port}}}} {{{{daemon}}}}", "-k", "carriage or a_daemon_that_hangs")
    assert run.verdicts() == {"timeouts/a-daemon-that-hangs-is-given-up": "failed",
                              "contract/a-carriage-return-is-kept": "passed"}, run.ended.stdout
    started = [int(word) for word in falters.with_name("redirect.pids").read_text().split()]
    assert len(started) == 2 and not any(map(proc.alive, started))
