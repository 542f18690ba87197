"""The load generator's page, opened in a headless Chromium: what it draws, and that no script fails."""

import html
import json
import pathlib
import re
import shutil
import subprocess

import pytest

from pytest_iotcpd import scaled

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SWITCHES = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--disable-dev-shm-usage", "--virtual-time-budget=5000"]
LIGHT, DARK = 1, 0
pytestmark = pytest.mark.timeout(180)
PLOTS = {"percentiles", "latency-time", "rate-time", "histogram"}

# Stands first in the page: whatever goes wrong later is kept.
TRAP = """<script>
window.troubles = [];
addEventListener('error', (event) => troubles.push(String(event.message || event.type)), true);
addEventListener('unhandledrejection', (event) => troubles.push(String(event.reason)));
addEventListener('securitypolicyviolation', (event) => troubles.push(event.violatedDirective));
console.error = (...words) => troubles.push(words.join(' '));
</script>"""

# Stands last: what the plots hold, and which colours are really on their canvases.
PROBE = """<script>
function inkOf(canvas) {
  const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  const colours = new Map();
  for (let i = 0; i < pixels.length; i += 4) {
    if (pixels[i + 3] < 250) continue;
    const hex = '#' + [0, 1, 2].map((k) => pixels[i + k].toString(16).padStart(2, '0')).join('');
    colours.set(hex, (colours.get(hex) || 0) + 1);
  }
  return colours;
}
/// How many pixels have a colour, or nearly: edges are smoothed.
function inkLike(colours, hex) {
  const parts = (text) => [1, 3, 5].map((k) => parseInt(text.slice(k, k + 2), 16));
  const wanted = parts(hex);
  let count = 0;
  for (const [colour, pixels] of colours) {
    const distance = parts(colour).reduce((sum, part, k) => sum + Math.abs(part - wanted[k]), 0);
    if (distance <= 60) count += pixels;
  }
  return count;
}
const plotsSeen = {};
for (const canvas of document.querySelectorAll('canvas')) {
  const chart = Chart.getChart(canvas);
  const colours = inkOf(canvas);
  plotsSeen[canvas.id] = (chart ? chart.data.datasets : []).map((dataset) => ({
    label: dataset.label || null,
    points: dataset.data.length,
    ink: typeof dataset.borderColor === 'string' ? inkLike(colours, dataset.borderColor) : 0,
  }));
}
document.documentElement.dataset.probe = JSON.stringify({
  troubles, plots: plotsSeen, title: document.title, text: document.body.innerText,
  requests: performance.getEntriesByType('resource').length,
  overflow: document.documentElement.scrollWidth - innerWidth,
  paper: getComputedStyle(document.body).backgroundColor,
});
</script>"""


@pytest.fixture
def opened(iotcpd_binary, tmp_path):
    """opened(*samples): what the probe has found in the page of these runs."""
    if CHROMIUM is None:
        pytest.fail("no chromium: scripts/setup installs it")
    program = pathlib.Path(iotcpd_binary[0]).with_name("report-sample")
    if not program.is_file():
        pytest.fail(f"no program at {program}: build it")

    def open_page(*samples, scheme=LIGHT, width=1200, spoil=lambda page: page):
        page = subprocess.run([program, "html", *samples], capture_output=True, text=True,
                              check=True, timeout=scaled(30)).stdout
        page = spoil(page).replace("<head>", "<head>" + TRAP, 1)
        before, end, after = page.rpartition("</body>")
        path = tmp_path / "page.html"
        path.write_text(before + PROBE + end + after, encoding="utf-8")
        words = [CHROMIUM, *SWITCHES, f"--user-data-dir={tmp_path / 'profile'}",
                 f"--blink-settings=preferredColorScheme={scheme}", f"--window-size={width},2000",
                 "--dump-dom", f"file://{path}"]
        dom = subprocess.run(words, capture_output=True, text=True, check=True,
                             timeout=scaled(60)).stdout
        found = re.search(r'<html[^>]* data-probe="([^"]*)"', dom)
        assert found, dom[:2000]
        return json.loads(html.unescape(found.group(1)))

    return open_page


def assert_whole(seen):
    assert seen["troubles"] == []
    assert seen["requests"] == 0
    assert set(seen["plots"]) == PLOTS


@pytest.mark.parametrize("scheme", [LIGHT, DARK])
def test_a_run_has_its_curves_drawn(opened, scheme):
    seen = opened("stall", scheme=scheme)
    assert_whole(seen)
    labelled = {name: {each["label"]: each for each in datasets if each["label"]}
                for name, datasets in seen["plots"].items()}
    latency = labelled["percentiles"]["latency, from the due time"]
    service = labelled["percentiles"]["service time, from the send"]
    assert latency["points"] == service["points"] > 100
    assert latency["ink"] > 300 and service["ink"] > 100
    assert set(labelled["latency-time"]) == {"p50", "p90", "p99", "max"}
    assert all(each["ink"] > 100 for each in labelled["latency-time"].values())
    assert {"ok", "errors", "sent"} <= set(labelled["rate-time"])
    assert labelled["rate-time"]["ok"]["points"] == 60
    assert labelled["histogram"]["latency, from the due time"]["ink"] > 100


def test_light_and_dark_differ(opened):
    assert opened("few", scheme=LIGHT)["paper"] != opened("few", scheme=DARK)["paper"]


def test_several_runs_are_overlaid(opened):
    seen = opened("steady", "stall", "closed")
    assert_whole(seen)
    for run in ["steady.json", "stall.json", "closed.json"]:
        for plot, datasets in seen["plots"].items():
            assert any((each["label"] or "").startswith(run) and each["ink"] > 50
                       for each in datasets), (run, plot)
        assert run in seen["text"]
    assert "3 runs compared" in seen["text"]


def test_texts_of_a_run_are_texts(opened):
    seen = opened("hostile")
    assert_whole(seen)
    assert "</script><script>alert(1)</script>" in seen["text"]
    assert "INVALID" in seen["text"]


def test_too_few_replies_are_told_and_not_drawn(opened):
    seen = opened("few")
    assert_whole(seen)
    assert "insufficient samples (150 of 368)" in seen["text"]


def test_a_run_without_replies_has_a_page(opened):
    seen = opened("refused")
    assert_whole(seen)
    assert "refused" in seen["text"]


@pytest.mark.parametrize("sample", ["steady", "hostile"])
def test_a_narrow_screen_needs_no_sideways_scrolling(opened, sample):
    seen = opened(sample, width=500)
    assert_whole(seen)
    assert seen["overflow"] <= 0


def test_a_failing_script_would_be_noticed(opened):
    seen = opened("few", spoil=lambda page: page.replace("\ndrawPlots();", "\nnoSuch();"))
    assert any("noSuch" in trouble for trouble in seen["troubles"])
