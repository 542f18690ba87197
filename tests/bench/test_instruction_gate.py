"""The gate on instructions per request: what it counts, what it lets pass, what it says."""

import pytest

import instruction_gate as program
from benchlib import callgrind, instruction_gate
from pytest_iotcpd.proc import is_sanitized

ANNOTATED = """\
--------------------------------------------------------------------------------
Ir                  file:function
--------------------------------------------------------------------------------
1,234,567 (61.73%)  ./malloc/malloc.c:malloc [/usr/lib/libc.so.6]
  300,000 (15.00%)  ???:iotcpd::LineFramer::take(std::basic_string_view<char, std::char_traits<char> >) [/x/iotcpd]
      333 ( 0.02%)  ./other.c:malloc [/usr/lib/other.so]
"""


def summary(**functions):
    return instruction_gate.summarise(functions)


def test_what_functions_have_is_added_up_by_name():
    assert callgrind.parse(ANNOTATED) == {
        "malloc": 1_234_900, "LineFramer::take(std::string_view)": 300_000}


def test_small_functions_are_one_entry_and_the_total_is_whole():
    assert summary(big=100, small=2, tiny=1.5) == {
        "instructions_per_request": 103.5, "functions": {"big": 100, "(the rest)": 3.5}}


@pytest.mark.parametrize(("now", "well"), [(900, True), (1050, True), (1051, False)])
def test_more_than_five_percent_is_too_much(now, well):
    assert instruction_gate.judge({"w": summary(f=1000)}, {"w": summary(f=now)})[1] == well


def test_it_says_where_it_went():
    lines, _ = instruction_gate.judge({"w": summary(f=1000, g=50)}, {"w": summary(f=1000, g=200)})
    assert lines[0].startswith("w: 1,200 instructions per request, recorded 1,050: +14.3%")
    assert [line.split() for line in lines[1:]] == [["+150.0", "(50.0", "->", "200.0)", "g"]]


def test_what_is_not_recorded_is_not_well():
    assert instruction_gate.judge({}, {"w": summary(f=1)}) == (["w: not recorded yet (--record)"], False)


def test_another_compiler_is_said_and_not_judged(capsys):
    recorded = {"compiler": "A 1", "workloads": {"w": summary(f=1000)}}
    measured = {"w": summary(f=2000)}
    assert program.compare(recorded, "A 2", measured) == 0
    assert "not judged: recorded with A 1, built with A 2" in capsys.readouterr().out
    assert program.compare(recorded, "A 1", measured) == 1


def test_what_seems_to_have_grown_is_counted_again(monkeypatch):
    counts = iter([{"f": 1200}, {"f": 1010}])
    monkeypatch.setattr(callgrind, "count", lambda *_: next(counts))
    workload = program.WORKLOADS["keep-alive"]
    assert program.count("iotcpd", workload, summary(f=1000)) == summary(f=1010)
    assert next(counts, None) is None


def test_the_recorded_file_has_every_workload():
    recorded = instruction_gate.load(program.RECORDED)
    assert recorded["workloads"].keys() == program.WORKLOADS.keys()


@pytest.mark.timeout(300)
def test_the_same_program_counts_the_same_twice(iotcpd_binary, tmp_path):
    if is_sanitized(iotcpd_binary[0]):
        pytest.skip("valgrind does not run a program that was built with AddressSanitizer")
    workload = program.WORKLOADS["concurrency"]
    one, other = (
        sum(callgrind.count(iotcpd_binary[0], workload, str(tmp_path)).values()) for _ in range(2)
    )
    assert one == pytest.approx(other, rel=0.02)
