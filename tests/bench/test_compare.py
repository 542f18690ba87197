"""`scripts/bench --compare`: what it measures, how it names it, what it records."""

import json
import pathlib
import subprocess

import pytest

import bench_compare

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "scripts/bench"


def folder_of(iotcpd_binary):
    folder = pathlib.Path(iotcpd_binary[0]).parent
    if not (folder / "bare-client").exists():
        pytest.fail(f"no bare-client in {folder}: build it")
    return folder


def compare(iotcpd_binary, tmp_path, before, *rows):
    record = tmp_path / "record.json"
    code = bench_compare.main([
        *("--binary-dir", str(folder_of(iotcpd_binary)), "--before", str(before), "--rounds", "1"),
        *("--json", str(record), "HEAD~1", *rows)])
    return code, json.loads(record.read_text(encoding="utf-8"))


def test_the_rows_named_are_measured_and_recorded(iotcpd_binary, tmp_path, capsys):
    code, record = compare(iotcpd_binary, tmp_path, iotcpd_binary[0], "keep-alive")
    assert code == 0
    assert [row["key"] for row in record["rows"]] == ["cpu_keep-alive", "rate_keep-alive"]
    # A round on a busy machine is repeated, and both are kept.
    assert all(row["samples"] and len(row["sides"]) == 2 for row in record["rows"])
    assert record["compared_with"] == "HEAD~1"
    assert record["machine"]["cores"] and record["commit"]
    assert "scripts/bench --compare 'HEAD~1' keep-alive" in capsys.readouterr().out


def test_a_commit_that_lacks_an_option_makes_it_incomplete(iotcpd_binary, tmp_path):
    """A bare redirector behind a name that is not taken for one knows no option of ours."""
    before = tmp_path / "older"
    before.symlink_to(folder_of(iotcpd_binary) / "bare-redirector")
    code, record = compare(iotcpd_binary, tmp_path, before, "keep-alive", "latency")
    assert code == 2
    assert "while measuring: keep-alive" in record["incomplete"]


def test_a_row_that_does_not_exist_is_refused(iotcpd_binary, tmp_path, capsys):
    with pytest.raises(SystemExit):
        compare(iotcpd_binary, tmp_path, iotcpd_binary[0], "nonsense")
    assert "no row 'nonsense'; there are one-request, " in capsys.readouterr().err


def test_a_revision_that_does_not_exist_is_a_usage_error():
    done = subprocess.run([SCRIPT, "--compare", "no-such-revision"], capture_output=True, text=True,
                          check=False)
    assert done.returncode == 64
    assert "there is no commit 'no-such-revision'" in done.stderr
