"""The report of a run: verdicts, faults and counters reach the JUnit file and the page, with workers too."""

import html
import json
import os
import re
import subprocess
import sys
import textwrap
import xml.etree.ElementTree

import pytest

from pytest_iotcpd import scaled

pytestmark = pytest.mark.timeout(400)  # more than a run may take, as sanitizers scale it

#: A run of its own, with every verdict in it.
EVERY_VERDICT = """
    import pytest
    from pytest_iotcpd import ERROR_REPLY
    from pytest_iotcpd.quiet_machine import Disturbance, Unbelievable, conclusive

    def lose_a_daemon(iotcpd, fake):
        daemon = fake(fault=["before-reply = 1* close-stdout", "after-read=match(/other/)exit(7)"])
        server = iotcpd(str(daemon), n=1)
        assert server.ask(b"abc\\n") == ERROR_REPLY
        server.wait_log("condemned: closed-stdout")
        server.wait_stats(lambda stats: stats["daemon S_AVAILABLE"] == 1)
        return server

    def test_passed(iotcpd, fake):
        lose_a_daemon(iotcpd, fake).expect_log("condemned: closed-stdout")

    def test_failed(iotcpd):
        assert iotcpd("cat", n=1).ask(b"abc\\n") == b"<b>other</b>\\n"

    def test_inconclusive(monkeypatch):
        monkeypatch.setattr(Disturbance, "evidence", lambda self: [])  # none beside its own
        def measure():
            raise Unbelievable(["it <lagged>"])
        conclusive(measure)

    def test_log_gate(iotcpd, fake):
        lose_a_daemon(iotcpd, fake)

    @pytest.mark.skip(reason="not today")
    def test_skipped():
        pass

    @pytest.mark.xfail(reason="known", strict=True)
    def test_known():
        assert False

    @pytest.fixture
    def broken():
        raise RuntimeError("no fixture")

    def test_without_fixture(broken):
        pass
"""


class Run:
    """A finished run of pytest over one file of tests: what it wrote."""

    def __init__(self, folder, harness, source, *words):
        (folder / "test_inner.py").write_text(textwrap.dedent(source))
        self.folder = folder / "report"
        self.ended = subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "pytest_iotcpd", "test_inner.py",
             f"--iotcpd-report={self.folder}", f"--timeout-scale={scaled(1)}", *words],
            env={**os.environ, "PYTHONPATH": str(harness)}, cwd=folder, capture_output=True, text=True,
            errors="replace", timeout=scaled(100), check=False)

    @property
    def page(self):
        return (self.folder / "index.html").read_text(encoding="utf-8")

    def cases(self):
        """{name: element} of the JUnit file."""
        tree = xml.etree.ElementTree.parse(self.folder / "junit.xml")
        return {case.get("name"): case for case in tree.iter("testcase")}

    def properties(self, name):
        """Values by the name of the property."""
        found = {}
        for item in self.cases()[name].iter("property"):
            found.setdefault(item.get("name"), []).append(item.get("value"))
        return found

    def rows(self):
        """[(verdict, name and reason, injected, seen)] of all tests by file, in the order of the page."""
        listed = self.page.partition("All tests, by file")[2]
        return [tuple(map(plain, re.findall(r"<td.*?</td>", row, re.S)[:4]))
                for row in re.findall(r"<tr><td.*?</tr>", listed, re.S)]

    def row(self, name):
        """(verdict, name and reason, injected, seen) of the test with this name."""
        (found,) = [row for row in self.rows() if row[1].startswith(name)]
        return found


def plain(markup):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


@pytest.fixture(scope="module")
def every_verdict(repository, iotcpd_binary, tmp_path_factory):
    return Run(tmp_path_factory.mktemp("every"), repository / "tests/harness", EVERY_VERDICT,
               f"--iotcpd-binary={iotcpd_binary[0]}")


@pytest.fixture
def run(repository, iotcpd_binary, tmp_path):
    """run(source, *words): a Run."""
    def start(source, *words):
        return Run(tmp_path, repository / "tests/harness", source, f"--iotcpd-binary={iotcpd_binary[0]}",
                   *words)

    return start


# -- the page ----------------------------------------------------------------------------------

def test_failures_come_first_and_each_verdict_has_its_name(every_verdict):
    assert [(row[0], row[1].split()[0]) for row in every_verdict.rows()] == [
        ("failed", "failed"), ("error", "log"), ("error", "without"), ("inconclusive", "inconclusive"),
        ("skipped", "skipped"), ("expected failure", "known"), ("passed", "passed")]
    failures = every_verdict.page.partition("Not passed")[2].partition("All tests, by file")[0]
    assert [name for name in ("failed", "log_gate", "inconclusive", "passed", "skipped")
            if f"::test_{name}" in failures] == ["failed", "log_gate", "inconclusive"]


@pytest.mark.parametrize("name, reason", [
    ("failed", "AssertionError: assert b'abc\\n' == b'<b>other</b>\\n'"),
    ("log gate", "at its end: unexpected in the log: "),
    ("without fixture", "before it began: RuntimeError: no fixture"),
    ("inconclusive", "it <lagged>: INVALID: it <lagged>"),
    ("skipped", "not today"), ("known", "known")])
def test_who_did_not_pass_says_why(every_verdict, name, reason):
    assert every_verdict.row(name)[1].startswith(f"{name} {reason}")


def test_each_fault_is_shown_with_how_often_it_fired(every_verdict):
    assert every_verdict.row("passed")[2] == "1× before-reply = 1* close-stdout 0× after-read=match(/other/)exit(7)"
    assert every_verdict.row("failed")[2] == "–"
    (row,) = re.findall(r"<tr><td><code>close-stdout</code>.*?</tr>", every_verdict.page)
    assert plain(row) == "close-stdout 2 2"


def test_what_was_seen_is_what_the_redirector_counted_and_clients_got(every_verdict):
    assert every_verdict.row("passed")[3] == (
        "redirector: 1 failed (1 daemon-death); condemned: 1 closed-stdout clients: 1 error-reply")
    assert every_verdict.row("failed")[3] == "redirector: 1 replied clients: 1 reply"


def test_the_page_needs_nothing_but_itself_and_quotes_what_tests_say(every_verdict):
    assert not re.search(r"<script|<link|<img|https?://|url\(", every_verdict.page)
    assert "<b>other" not in every_verdict.page and "&lt;b&gt;other" in every_verdict.page


# -- the JUnit file ----------------------------------------------------------------------------

def test_the_junit_file_has_the_same_as_properties(every_verdict):
    told = every_verdict.properties("test_passed")
    assert told["fault"] == ["before-reply = 1* close-stdout: fired 1 times, asked for by the test",
                             "after-read=match(/other/)exit(7): fired 0 times, asked for by the test"]
    assert json.loads(told["redirector counters"][0])["condemned"] == {"closed-stdout": 1}
    assert json.loads(told["client outcomes"][0]) == {"error-reply": 1}
    kinds = {name: [child.tag for child in case if child.tag != "properties"]
             for name, case in every_verdict.cases().items()}
    assert kinds == {"test_passed": [], "test_failed": ["failure"], "test_inconclusive": ["skipped"],
                     "test_log_gate": ["error"], "test_skipped": ["skipped"], "test_known": ["skipped"],
                     "test_without_fixture": ["error"]}


def test_who_names_a_junit_file_gets_that_one(run):
    done = run("def test_one(): pass", "--junitxml=mine.xml")
    assert (done.folder.parent / "mine.xml").exists() and "1 passed" in plain(done.page)
    assert not (done.folder / "junit.xml").exists()


# -- the run -----------------------------------------------------------------------------------

def test_workers_report_what_one_process_does(run, every_verdict):
    pytest.importorskip("xdist")
    spread = run(EVERY_VERDICT, "-p", "xdist", "-n", "2")
    assert "gw1" in spread.ended.stdout
    without_log = [[row for row in rows if row[1].split()[0] != "log"]
                   for rows in (spread.rows(), every_verdict.rows())]
    assert without_log[0] == without_log[1]
    assert spread.row("log gate")[2:] == every_verdict.row("log gate")[2:]
    assert spread.properties("test_failed").keys() == every_verdict.properties("test_failed").keys()


def test_a_run_says_where_its_report_is(every_verdict):
    folder = every_verdict.folder
    assert f"iotcpd report: {folder}/index.html, {folder}/junit.xml" in every_verdict.ended.stdout


def test_without_the_option_nothing_is_gathered_or_written(run):
    done = run("""
        from pytest_iotcpd import witness

        def test_nobody_listens():
            assert isinstance(witness.present(), witness.Nobody)
    """, "--iotcpd-report=")
    assert done.ended.returncode == 0, done.ended.stdout
    assert not done.folder.exists()


def test_what_is_no_text_costs_no_report(run):
    done = run(r"""
        def test_one():
            assert False, b"\xff<i>".decode(errors="surrogateescape") + "$about"
    """)
    assert done.ended.returncode == 1, done.ended.stdout
    assert r"AssertionError: \udcff<i>$about" in done.row("one")[1]


def test_a_folder_that_cannot_be_is_refused_before_the_first_test(run):
    done = run("def test_one(): pass", "--iotcpd-report=test_inner.py")
    assert (done.ended.returncode, done.ended.stdout) == (4, "")
    assert re.fullmatch(r"ERROR: --iotcpd-report: .*test_inner.py'; accepted is a folder to write to\n",
                        done.ended.stderr.lstrip("\n").replace("\n\n", "\n")), done.ended.stderr
