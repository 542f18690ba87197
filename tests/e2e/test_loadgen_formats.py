"""The load generator's reports, as other programs read them."""

import base64
import csv
import io
import json
import os
import pathlib
import struct
import subprocess
import xml.etree.ElementTree
import zlib

import jsonschema
import pytest

from pytest_iotcpd import scaled
from pytest_iotcpd.loadgen import EXIT_CANNOT_WRITE

SCHEMA = json.loads((pathlib.Path(__file__).resolve().parents[2] /
                     "loadgen/result.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
SAMPLES = ["steady", "stall", "few", "closed", "hostile", "refused"]


@pytest.fixture
def report(iotcpd_binary):
    """report(format, sample, ...): what report-sample of the build under test prints."""
    program = pathlib.Path(iotcpd_binary[0]).with_name("report-sample")
    if not program.is_file():
        pytest.fail(f"no program at {program}: build it")

    def run(*words):
        result = subprocess.run([program, *words], capture_output=True, check=False,
                                timeout=scaled(30))
        assert result.returncode == 0 and not result.stderr, result
        return result.stdout

    return run


def object_schemas(schema):
    """Every part of a schema that describes an object."""
    if isinstance(schema, dict):
        if "properties" in schema:
            yield schema
        for part in schema.values():
            yield from object_schemas(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from object_schemas(part)


def test_the_schema_is_one_and_closed():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert all(part["additionalProperties"] is False for part in object_schemas(SCHEMA))


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_result_follows_its_schema(report, sample):
    VALIDATOR.validate(json.loads(report("json", sample)))


@pytest.mark.parametrize("path", [("verdict",), ("latency_ms", "p99"), ("settings", "seed"),
                                  ("outcomes", "ok"), ("timeline", 0, "sent")])
def test_a_result_that_lacks_something_or_has_more_does_not(report, path):
    result = json.loads(report("json", "few"))
    *way, last = path
    place = result
    for step in way:
        place = place[step]
    value = place.pop(last)
    assert not VALIDATOR.is_valid(result)
    place[last] = value
    assert VALIDATOR.is_valid(result)
    place["unheard_of"] = 1
    assert not VALIDATOR.is_valid(result)


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_result_survives_being_read_and_written(report, sample, tmp_path):
    written = report("json", sample)
    path = tmp_path / "result.json"
    path.write_bytes(written)
    assert report("reread", str(path)) == written


@pytest.mark.parametrize("sample", SAMPLES)
def test_figures_agree_within_a_result(report, sample):
    result = json.loads(report("json", sample))
    misbehaved = sum(sum(ends.values()) for ends in result["misbehaved"].values())
    assert sum(result["outcomes"].values()) + misbehaved == result["planned"]
    assert result["latency_ms"]["count"] == result["outcomes"]["ok"]
    assert sum(point["outcomes"]["ok"] for point in result["timeline"]) == result["outcomes"]["ok"]
    for name in SCHEMA["$defs"]["times"]["properties"]["insufficient"]["properties"]:
        assert (result["latency_ms"][name] is None) == (name in result["latency_ms"]["insufficient"])


def test_histograms_within_a_result_are_compressed_v2(report):
    result = json.loads(report("json", "steady"))
    outer = base64.b64decode(result["histograms"]["service"]["hdr_v2"], validate=True)
    cookie, length = struct.unpack(">ii", outer[:8])
    assert cookie == 0x1C849314 and length == len(outer) - 8
    inner = zlib.decompress(outer[8:])
    assert struct.unpack(">iiiiqqd", inner[:40])[::3] == (0x1C849313, 3, 1.0)


@pytest.mark.parametrize("sample", SAMPLES)
def test_junit_is_well_formed_and_counts_its_cases(report, sample):
    root = xml.etree.ElementTree.fromstring(report("junit", sample))
    suite = root.find("testsuite")
    cases = suite.findall("testcase")
    assert len(cases) == int(suite.get("tests")) == int(root.get("tests"))
    assert len(suite.findall("testcase/failure")) == int(suite.get("failures"))
    assert len(suite.findall("testcase/error")) == int(suite.get("errors"))
    names = [each.get("name") for each in suite.findall("properties/property")]
    assert {"seed", "target", "command"} <= set(names)


@pytest.mark.parametrize("sample", SAMPLES)
def test_csv_is_a_table_whose_outcomes_are_those_of_the_result(report, sample):
    rows = list(csv.DictReader(io.StringIO(report("csv", sample).decode())))
    result = json.loads(report("json", sample))
    for outcome, count in result["outcomes"].items():
        assert sum(int(row[outcome]) for row in rows) == count
    assert all(None not in row and None not in row.values() for row in rows)


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_summary_fits_a_screen(report, sample):
    lines = report("text", sample).split(b"\n")
    assert len(lines) <= 41 and lines[-1] == b""
    assert max(map(len, lines)) <= 80


# -- outputs that take nothing -----------------------------------------------------------------

@pytest.fixture(params=[["--json", "-"], ["--csv", "-"], []], ids=["json", "csv", "text"])
def complaint(request, loadgen_binary, line_server):
    """complaint(before, **how): of a run whose result cannot be had; `before` are words before it."""
    def run(*before, **how):
        words = ["run", "--rate", "100/s", "-n", "5", *request.param,
                 f"127.0.0.1:{line_server().port}"]
        done = subprocess.run([*before, *loadgen_binary, *words], stderr=subprocess.PIPE, text=True,
                              check=False, timeout=scaled(20), **how)
        assert done.returncode == EXIT_CANNOT_WRITE
        return done.stderr

    return run


def test_a_result_that_a_closed_output_takes_is_an_error(complaint):
    assert "standard output: Bad file descriptor" in complaint("sh", "-c", 'exec "$@" >&-', "sh")


def test_a_result_whose_reader_has_gone_is_an_error(complaint):
    reader, writer = os.pipe()
    os.close(reader)
    with open(writer, "wb") as gone:
        assert "standard output: Broken pipe" in complaint(stdout=gone)
