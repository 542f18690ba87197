"""compare, merge and report: results are worth something after the run."""

import json
import math

import pytest

from pytest_iotcpd.loadgen import EXIT_ASSERTION_FAILED, EXIT_OK, EXIT_UNREADABLE, RunResult

RUN = {"requests": 1000, "connections": 4, "seed": 1}


@pytest.fixture
def result_of(loadgen_run, iotcpd, fake, tmp_path):
    """result_of(name, latency): the path of a result over fake daemons as slow as that."""
    def run(name, latency, **options):
        server = iotcpd(str(fake(latency=latency)), 4)
        loadgen_run(server, options={**RUN, **options, "json": tmp_path / name})
        return tmp_path / name

    return run


def marked(text, mark):
    """The metrics of a comparison that are marked so: "WORSE" or "better"."""
    return {line.split("  ")[0] for line in text.splitlines() if line.endswith("  " + mark)}


# -- compare -----------------------------------------------------------------------------------

def test_a_slower_service_is_worse(result_of, loadgen_command):
    fast, slow = result_of("fast.json", "2ms"), result_of("slow.json", "20ms", requests=500)
    done = loadgen_command("compare", fast, slow, expect=EXIT_ASSERTION_FAILED)
    assert {"mean latency", "p50 latency", "rate"} <= marked(done.stdout, "WORSE")
    assert marked(done.stdout, "better") == set()
    assert "fast" in done.stdout and "slow" in done.stdout


def test_a_faster_service_is_better_and_that_is_no_failure(result_of, loadgen_command):
    fast, slow = result_of("fast.json", "2ms"), result_of("slow.json", "20ms", requests=500)
    done = loadgen_command("compare", slow, fast, expect=EXIT_OK)
    assert {"mean latency", "p50 latency", "rate"} <= marked(done.stdout, "better")
    assert marked(done.stdout, "WORSE") == set()


def test_a_result_is_not_worse_than_itself(result_of, loadgen_command):
    only = result_of("only.json", "2ms")
    done = loadgen_command("compare", only, only, expect=EXIT_OK)
    assert not marked(done.stdout, "WORSE") | marked(done.stdout, "better")
    assert "1.000" in done.stdout
    assert "insufficient samples" in done.stdout


def test_tolerance_is_how_much_worse_is_tolerated(result_of, loadgen_command):
    fast, slow = result_of("fast.json", "2ms"), result_of("slow.json", "20ms", requests=500)
    loadgen_command("compare", "--tolerance", "1000%", "--quiet", fast, slow, expect=EXIT_OK)
    done = loadgen_command("compare", "--tolerance", "1%", "--quiet", fast, slow,
                           expect=EXIT_ASSERTION_FAILED)
    assert (done.stdout, done.stderr) == ("", "")


def test_runs_of_different_settings_are_compared_with_a_caution(result_of, loadgen_command):
    one, other = result_of("one.json", "2ms"), result_of("other.json", "2ms", keep_alive=True,
                                                         connections=2)
    done = loadgen_command("compare", one, other, expect=None)
    assert "connections" in done.stdout


# -- merge -------------------------------------------------------------------------------------

def test_merging_adds_counts_and_histograms(result_of, loadgen_command, tmp_path):
    fast, slow = result_of("fast.json", "2ms"), result_of("slow.json", "20ms", requests=500)
    loadgen_command("merge", "-o", "both.json", fast, slow)
    parts = [RunResult.load(path) for path in (fast, slow)]
    both = RunResult.load(tmp_path / "both.json").check_law()
    assert both["planned"] == 1500 and both.counts == {"ok": 1500}
    assert both["settings"]["merged_runs"] == 2
    # Of the histograms of both, and not the mean of two percentiles.
    values = sorted(parts[0].latency.values() + parts[1].latency.values())
    assert both.latency.values() == values
    for q, name in ((0.5, "p50"), (0.9, "p90"), (0.99, "p99")):
        exact = values[math.ceil(q * len(values)) - 1] / 1e6
        assert both["latency_ms"][name] == pytest.approx(exact, rel=0.002)
    assert both["latency_ms"]["max"] == max(part["latency_ms"]["max"] for part in parts)
    assert both["latency_ms"]["min"] == min(part["latency_ms"]["min"] for part in parts)


def test_merging_a_result_with_itself_doubles_it_and_leaves_percentiles(result_of, loadgen_command,
                                                                        tmp_path):
    only = result_of("only.json", "2ms")
    loadgen_command("merge", "-o", "twice.json", only, only)
    once, twice = RunResult.load(only), RunResult.load(tmp_path / "twice.json").check_law()
    assert twice.ok == 2 * once.ok
    assert twice["latency_ms"]["p90"] == once["latency_ms"]["p90"]


# -- report ------------------------------------------------------------------------------------

def test_a_report_is_what_the_run_has_printed(result_of, loadgen_run, loadgen_command, iotcpd,
                                              tmp_path):
    run = loadgen_run(iotcpd("cat", 2), options={**RUN, "json": tmp_path / "run.json"})
    assert loadgen_command("report", "run.json").stdout == run.text


def test_a_report_gives_every_format_again(loadgen_run, loadgen_command, iotcpd, tmp_path):
    """Byte for byte where nothing was rounded for the timeline."""
    formats = {name: tmp_path / f"run.{name}" for name in ("json", "hgrm", "junit")}
    loadgen_run(iotcpd("cat", 2), options={**RUN, **formats, "assert": "errors == 0"})
    words = [word for name in formats for word in (f"--{name}", f"again.{name}")]
    loadgen_command("report", "--quiet", *words, "run.json")
    for name, path in formats.items():
        assert (tmp_path / f"again.{name}").read_bytes() == path.read_bytes(), name
    loadgen_command("report", "--quiet", "--csv", "again.csv", "--hlog", "again.hlog", "run.json")
    assert (tmp_path / "again.csv").read_text(encoding="ascii").startswith("start_s,")
    assert (tmp_path / "again.hlog").read_text(encoding="ascii").startswith("#[Histogram log")


def test_several_results_are_overlaid_on_one_page(result_of, loadgen_command, tmp_path):
    fast, slow = result_of("fast.json", "2ms"), result_of("slow.json", "20ms", requests=500)
    loadgen_command("report", "--quiet", "--html", "both.html", fast, slow)
    page = (tmp_path / "both.html").read_text(encoding="utf-8")
    assert "fast" in page and "slow" in page
    assert "https://" not in page.split("<script")[0]


@pytest.mark.parametrize("damage, told", [
    (lambda result: result.pop("outcomes"), "outcomes"),
    (lambda result: result["outcomes"].update(ok="many"), "outcomes.ok"),
    (lambda result: result.update(format_version=99), "format_version"),
    (lambda result: result["histograms"]["latency"]["ok"].update(hdr_v2="AAAA"), "histograms"),
])
def test_a_damaged_result_is_refused_with_the_place(result_of, loadgen_command, tmp_path, damage,
                                                    told):
    result = json.loads(result_of("good.json", "1ms", requests=50).read_text(encoding="utf-8"))
    damage(result)
    (tmp_path / "bad.json").write_text(json.dumps(result), encoding="utf-8")
    done = loadgen_command("report", "bad.json", expect=EXIT_UNREADABLE)
    assert len(done.stderr.splitlines()) == 1
    assert "bad.json" in done.stderr and told in done.stderr
