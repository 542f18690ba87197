"""HdrHistogram's formats, against the original in Java: what either writes, the other reads, and
where a format leaves no choice both write the same bytes."""

import pathlib
import random
import re
import subprocess

import pytest

from pytest_iotcpd import scaled

HOUR_NS = 3_600_000_000_000
MOST = 2**63 - 1
JARS = "/usr/share/java/bsh.jar:/usr/share/java/hdrhistogram.jar"
JAVA = ["java", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-cp", JARS]
RANGES = [(1, HOUR_NS, 3), (1000, HOUR_NS, 3), (1, 2, 0), (1, 100_000, 1), (3, 1_000_000, 2),
          (1024, 10_000_000_000, 4), (1, MOST, 3), (1, MOST, 5), (2**40, MOST, 0)]
SEED = 20


def run(words, text, within=30):
    result = subprocess.run(words, input=text, capture_output=True, text=True, check=False,
                            timeout=scaled(within))
    assert result.returncode == 0 and not result.stderr, result
    return result.stdout


@pytest.fixture
def hdr_tool(iotcpd_binary):
    """hdr-tool of the build under test."""
    path = pathlib.Path(iotcpd_binary[0]).with_name("hdr-tool")
    if not path.is_file():
        pytest.fail(f"no program at {path}: build it")
    return str(path)


@pytest.fixture
def ours(hdr_tool):
    """Commands of hdr-tool: ours(standard input, *words) -> standard output."""
    return lambda text, *words: run([hdr_tool, *map(str, words)], text)


@pytest.fixture
def java(repository):
    """The same commands, answered by org.HdrHistogram."""
    script = str(repository / "tests" / "interop" / "hdr_peer.bsh")
    return lambda text, *words: run([*JAVA, "bsh.Interpreter", script, *map(str, words)], text)


@pytest.fixture
def log_processor():
    """HdrHistogram's own reader of logs."""
    return lambda log, *words: run([*JAVA, "org.HdrHistogram.HistogramLogProcessor",
                                    "-outputValueUnitRatio", "1000000", *words], log)


def some_values(lowest, highest, tags=("-", "ok", "time-out")):
    """Rows of values that are spread over the whole range, both ends included."""
    generator = random.Random(SEED)
    bits = (highest // lowest).bit_length()
    lines = []
    for tag in tags:
        lines += [f"{lowest} 2", f"{highest} 1"]
        for _ in range(generator.randrange(200, 2000)):
            value = lowest + generator.getrandbits(generator.randint(1, bits)) * lowest
            lines.append(f"{min(value, highest)} {generator.choice([1, 1, 1, 7, 130, 100000])}")
        lines.append(f"tag {tag}")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("geometry", RANGES)
def test_both_write_the_same_log_byte_by_byte_and_read_the_same_rows(ours, java, geometry):
    values = some_values(*geometry[:2])
    log = ours(values, "hlog", *geometry)
    assert log == java(values, "hlog", *geometry)
    rows = ours(log, "rows")
    assert rows.count("\n") == 3
    assert rows == java(log, "rows")
    assert ours(log, "again") == "".join(log.splitlines(keepends=True)[4:])


@pytest.mark.parametrize("geometry", RANGES)
def test_both_write_the_same_percentile_distribution_byte_by_byte(ours, java, geometry):
    values = some_values(*geometry[:2])
    assert ours(values, "hgrm", *geometry) == java(values, "hgrm", *geometry)


def test_service_times_are_printed_as_java_rounds_them(ours, java):
    """Many decimals end in a 5, which printf rounds by the binary value behind it."""
    values = "".join(f"{500 + 1000 * n} 1\n" for n in range(2000))
    expected = java(values, "hgrm", 1, HOUR_NS, 3)
    assert ours(values, "hgrm", 1, HOUR_NS, 3) == expected


def test_of_no_values_both_say_the_same(ours, java):
    for geometry in RANGES[:3]:
        assert ours("", "hgrm", *geometry) == java("", "hgrm", *geometry)
        assert ours("", "base64", *geometry) == java("", "base64", *geometry)


def test_a_value_of_zero_is_read_as_java_counted_it(ours, java):
    log = java("0 3\n10 1\ntag -\n", "hlog", 1, HOUR_NS, 3)
    assert ours(log, "rows") == ",0,1000000000,4,0,10,0,10,10,10\n"
    assert ours(log, "rows") == java(log, "rows")


def test_the_log_processor_sums_our_log_to_our_distribution(ours, log_processor):
    log = ours(some_values(1, HOUR_NS, tags=("-",) * 5), "hlog", 1, HOUR_NS, 3)
    start, _, distribution = log_processor(log).partition("\n")
    assert start.startswith("#[StartTime: 1441812279.474 (seconds since epoch), Wed Sep 09 "), start
    assert distribution == ours(log, "sum")


def test_the_log_processor_tells_our_tags_apart(ours, log_processor):
    log = ours(some_values(1, HOUR_NS), "hlog", 1, HOUR_NS, 3)
    assert log_processor(log, "-listtags").split("\n")[1:-1] == ["[NO TAG (default)]", "ok",
                                                                 "time-out"]
    ok_only = "".join(line for line in log.splitlines(keepends=True) if line.startswith("Tag=ok,"))
    _, _, distribution = log_processor(log, "-tag", "ok").partition("\n")
    assert distribution == ours(ok_only, "sum")


START_TIME = "#[StartTime: 1441812279.474 (seconds since epoch), Wed Sep 09 08:24:39 PDT 2015]\n"
BASE_TIME = "#[BaseTime: 1441812279.474 (seconds since epoch)]\n"
LEGEND = '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"\n'


@pytest.mark.parametrize(("head", "stamps"), [
    pytest.param("", ["5.000", "6.000", "7.500"], id="no-head"),
    pytest.param(LEGEND, ["1441812280.000", "1441812281.000", "1441812282.000"], id="absolute"),
    pytest.param(START_TIME, ["0.127", "1.009", "2.500"], id="relative-to-start"),
    pytest.param(START_TIME, ["1441812279.474", "1441812280.474", "1441812281.474"],
                 id="start-and-absolute"),
    pytest.param("#written by hand\n" + BASE_TIME + START_TIME + LEGEND + "#[Note]\n",
                 ["0.250", "1.250", "2.250"], id="everything"),
])
def test_both_find_the_same_times_whatever_stands_at_the_head(ours, java, head, stamps):
    log = ours(some_values(1, HOUR_NS), "hlog", 1, HOUR_NS, 3)
    rows = log.splitlines(keepends=True)[4:]
    moved = [re.sub(r"^(Tag=[^,]*,)?[^,]*", rf"\g<1>{stamp}", row)
             for row, stamp in zip(rows, stamps, strict=True)]
    text = head + "".join(moved)
    assert ours(text, "rows") == java(text, "rows")


def test_a_broken_log_is_refused_with_its_line(hdr_tool, ours):
    log = ours("5 1\ntag -\n", "hlog", 1, HOUR_NS, 3)
    result = subprocess.run([hdr_tool, "rows"], input=log[:-9], capture_output=True, text=True,
                            check=False, timeout=scaled(10))
    assert result.returncode == 1
    assert re.match(r"hdr-tool: line 5: .*expected", result.stderr), result.stderr
    assert result.stderr.count("\n") == 1
