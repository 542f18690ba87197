"""The load generator's files: nothing is lost to another output, to a name or to a run that fails."""

import json
import subprocess

import pytest

from pytest_iotcpd.deadline import scaled
from pytest_iotcpd.loadgen import EXIT_CANNOT_WRITE, EXIT_UNREACHABLE, EXIT_USAGE, target_of

NOBODY = "127.0.0.1:1"
RUN = ("run", "--rate", "100/s", "-n", "5")


@pytest.mark.parametrize("output", ["json", "csv", "hgrm", "hlog", "html", "junit"])
def test_a_run_that_never_goes_off_leaves_what_was_there(loadgen_command, tmp_path, output):
    (tmp_path / "old").write_text("yesterday's", encoding="utf-8")
    loadgen_command("run", f"--{output}", "old", NOBODY, expect=EXIT_UNREACHABLE)
    assert (tmp_path / "old").read_text(encoding="utf-8") == "yesterday's"


def test_an_output_that_fails_takes_no_other_with_it(loadgen_command, line_server, tmp_path):
    outputs = ("--json", "/dev/full", "--html", "page", "--junit", "cases", "--csv", "rows")
    done = loadgen_command(*RUN, *outputs, line_server(), expect=EXIT_CANNOT_WRITE)
    assert done.stderr == "iotcpd-loadgen: cannot write '/dev/full': No space left on device\n"
    assert (tmp_path / "page").read_text(encoding="utf-8").startswith("<!DOCTYPE html")
    assert "<testsuites" in (tmp_path / "cases").read_text(encoding="utf-8")
    assert len((tmp_path / "rows").read_text(encoding="utf-8").splitlines()) == 2


def test_a_summary_that_nobody_reads_takes_no_file_with_it(loadgen_binary, line_server, tmp_path):
    run = [*loadgen_binary, *RUN, "--json", "result", target_of(line_server())]
    with open("/dev/full", "wb") as full:
        done = subprocess.run(run, stdout=full, stderr=subprocess.PIPE, check=False, cwd=tmp_path,
                              timeout=scaled(20))
    assert done.returncode == EXIT_CANNOT_WRITE
    assert json.loads((tmp_path / "result").read_text(encoding="utf-8"))["planned"] == 5


def test_a_plan_is_not_replaced_by_the_results_of_its_run(loadgen_command, line_server, tmp_path):
    loadgen_command("plan", "--rate", "100/s", "-n", "5", "-o", "a.plan")
    before = (tmp_path / "a.plan").read_bytes()
    done = loadgen_command("run", "--plan", "a.plan", "--csv", "./a.plan", line_server(),
                           expect=EXIT_USAGE)
    assert "--csv would replace './a.plan', which --plan reads" in done.stderr
    assert (tmp_path / "a.plan").read_bytes() == before
