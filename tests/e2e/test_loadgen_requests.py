"""What the load generator sends, and when: templates, mixes, files, a log replayed, a plan."""

import collections
import itertools
import re

import pytest

from pytest_iotcpd.deadline import inconclusive_when_overloaded
from pytest_iotcpd.quiet_machine import Definite, conclusive

TOKEN = rb"tk_[0-9a-f]{16}"
UUID_4 = rb"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
PLAIN = {"rate": "400/s", "requests": 40, "connections": 40}


@pytest.fixture
def sent(loadgen_run, scripted_server):
    """sent(**options): the lines of a run, in the order of their sequence or arrival."""
    def run(**options):
        server = scripted_server()
        ended = loadgen_run(server, options={**PLAIN, **options})
        assert ended.result.counts == {"ok": len(server.lines)}
        return server.lines

    return run


def by_sequence(lines):
    """Lines that begin with {seq}: connections of their own may overtake each other."""
    return [rest for _, rest in sorted((int(line.split(b" ", 1)[0]), line.split(b" ", 1)[1])
                                       for line in lines)]


# -- templates ---------------------------------------------------------------------------------

def test_a_request_is_a_token_unless_something_is_asked_for(sent):
    lines = sent()
    assert all(re.fullmatch(TOKEN, line) for line in lines)
    assert len(set(lines)) == len(lines) == 40


def test_every_placeholder_is_filled_in(sent, tmp_path):
    (tmp_path / "words").write_bytes(b"one\ntwo words\nthree\n")
    lines = sent(request="{seq} {uuid} {rand:7..9} {token} {{x}} [{file:words}]", requests=60)
    pattern = rb"(\d+) (%b) ([789]) (%b) \{x\} \[(one|two words|three)\]" % (UUID_4, TOKEN)
    fields = list(zip(*(re.fullmatch(pattern, line).groups() for line in lines)))
    assert sorted(map(int, fields[0])) == list(range(1, 61))
    assert len(set(fields[1])) == len(set(fields[3])) == 60
    assert set(fields[2]) == {b"7", b"8", b"9"}
    words = [words for _, words in sorted(zip(map(int, fields[0]), fields[4]))]
    assert words == [b"one", b"two words", b"three"] * 20


def test_the_same_seed_sends_the_same_and_another_does_not(sent):
    template = {"request": "{seq} {uuid} {rand:1..1000000} {token}"}
    first = by_sequence(sent(**template, seed=1))
    assert first == by_sequence(sent(**template, seed=1))
    assert not set(first) & set(by_sequence(sent(**template, seed=2)))


def test_templates_are_mixed_by_weight(sent):
    lines = sent(request=["3:often {token}", "1:rarely {token}", "never:{token}"], requests=500,
                 rate="2000/s", connections=200)
    counts = collections.Counter(line.split(b" ")[0].split(b":")[0] for line in lines)
    # 3 : 1 : 1, within four standard deviations; what is no number is no weight.
    assert 256 < counts[b"often"] < 344 and 64 < counts[b"rarely"] < 136
    assert counts[b"never"] == 500 - counts[b"often"] - counts[b"rarely"]


# -- files -------------------------------------------------------------------------------------

def test_the_lines_of_a_file_are_sent_in_turn(loadgen_run, scripted_server, tmp_path):
    lines = [b"first", b"second \xff\xfe", b" third "]
    (tmp_path / "requests").write_bytes(b"\n".join(lines) + b"\n")
    server = scripted_server(keep_alive=True)
    loadgen_run(server, options={"requests_file": "requests", "requests": 7, "connections": 1,
                                 "keep_alive": True})
    assert server.lines == (lines * 3)[:7]


def test_a_shuffled_file_is_in_another_order_that_the_seed_decides(loadgen_run, scripted_server,
                                                                  tmp_path):
    lines = [b"line %d" % number for number in range(50)]
    (tmp_path / "requests").write_bytes(b"\n".join(lines) + b"\n")

    def order(seed):
        server = scripted_server(keep_alive=True)
        loadgen_run(server, options={"requests_file": "requests", "shuffle": True, "seed": seed,
                                     "requests": 100, "connections": 1, "keep_alive": True})
        return server.lines

    first = order(1)
    assert first == order(1) != order(2)
    assert sorted(first[:50]) == sorted(first[50:]) == sorted(lines)
    assert lines != first[:50] != first[50:]


# -- a log, replayed ---------------------------------------------------------------------------

#: Squid logs what it is done with: the second line began before the first.
LOG = """\
1700000000.500    100 10.0.0.1 TCP_MISS/200 411 GET http://a.example/x - DIRECT/1.2.3.4 text/html
1700000000.700    500 10.0.0.2 TCP_HIT/200 99 GET http://b.example/ alice NONE/- text/plain
1700000000.800      0 10.0.0.3 TCP_DENIED/403 1 CONNECT c.example:443 - NONE/- -
1700000001.000    100 10.0.0.1 TCP_MISS/200 7 POST http://d.example/?q=%20 - DIRECT/1.2.3.4 -
"""
REPLAYED = [(0.0, b"http://b.example/ 10.0.0.2/- alice GET"),
            (0.2, b"http://a.example/x 10.0.0.1/- - GET"),
            (0.6, b"c.example:443 10.0.0.3/- - CONNECT"),
            (0.7, b"http://d.example/?q=%20 10.0.0.1/- - POST")]


@pytest.mark.xdist_group("timing")
@pytest.mark.parametrize("speed", [1, 2])
def test_a_log_is_replayed_with_its_own_timing(loadgen_run, scripted_server, tmp_path, speed):
    (tmp_path / "access.log").write_text(LOG, encoding="ascii")
    server = scripted_server()
    run = loadgen_run(server, options={"replay": "access.log", "speed": f"{speed}x"})
    assert run.result.counts == {"ok": 4}
    received = server.received
    assert [request.line.split(b" myip=")[0].rstrip(b"\n") for request in received] == [
        line for _, line in REPLAYED]
    with inconclusive_when_overloaded():
        for request, (due_s, _) in zip(received, REPLAYED):
            assert request.at_s - received[0].at_s == pytest.approx(due_s / speed, abs=0.02)


# -- a plan, bit for bit -----------------------------------------------------------------------

PLAN_WORDS = ("--rate", "50/s for 1s, ramp to 200/s over 1s", "--arrivals", "poisson", "--request",
              "{seq} {uuid} {token}\\", "--misbehave", "half-close:20%")


@pytest.fixture
def plan(loadgen_command, tmp_path):
    """plan(name, seed): the path of a plan file."""
    def make(name, seed):
        loadgen_command("plan", *PLAN_WORDS, "--seed", str(seed), "--output", name)
        return tmp_path / name

    return make


def requests_of(plan_file):
    """[(due in seconds, behaviour, bytes)] by the format's own description."""
    lines = plan_file.read_bytes().splitlines()
    assert lines[0] == b"iotcpd-plan 1" and lines[-1] == b"end %d" % (len(lines) - 2 - sum(
        line.startswith(b"#") for line in lines))
    fields = [line.split(b" ", 2) for line in lines[1:-1] if not line.startswith(b"#")]
    return [(int(due) / 1e9, kind, text.replace(b"\\\\", b"\\")) for due, kind, text in fields]


def without_comments(plan_file):
    return [line for line in plan_file.read_bytes().splitlines() if not line.startswith(b"#")]


def test_the_same_seed_gives_the_same_plan_bit_for_bit(plan):
    first = without_comments(plan("first", 3))
    assert first == without_comments(plan("again", 3)) != without_comments(plan("other", 4))
    requests = requests_of(plan("third", 3))
    # 50 in the first second, 125 in the second, each within four standard deviations.
    assert 120 < len(requests) < 230
    assert {kind for _, kind, _ in requests} == {b"ordinary", b"half-close"}
    assert all(0 <= due < 2 for due, _, _ in requests)
    assert sorted(requests) == requests


def gaps(times):
    return [later - earlier for earlier, later in itertools.pairwise(times)]


@pytest.mark.xdist_group("timing")
def test_a_plan_is_sent_bit_for_bit_at_its_own_times_however_often(loadgen_run, scripted_server,
                                                                   plan):
    file = plan("plan", 5)
    planned = requests_of(file)

    def sent_by_plan():
        server = scripted_server()
        result = loadgen_run(server, options={"plan": file}).result
        assert result["planned"] == len(planned)
        assert result.counts["ok"] + result.misbehaved["half-close"]["ok"] == len(planned)
        return server.received

    first, second = sent_by_plan(), sent_by_plan()
    texts = {text: due for due, _, text in planned}
    for received in (first, second):
        assert {request.line[:-1] for request in received} == set(texts)
        with inconclusive_when_overloaded():
            start = received[0].at_s - planned[0][0]
            late = [request.at_s - start - texts[request.line[:-1]] for request in received]
            assert max(map(abs, late)) < 0.03


def test_the_plan_of_a_run_is_what_plan_writes(loadgen_run, scripted_server, plan):
    planned = requests_of(plan("plan", 6))
    server = scripted_server()
    loadgen_run(server, *PLAN_WORDS, options={"seed": 6})
    assert sorted(server.lines) == sorted(text for _, _, text in planned)


# -- schedules ---------------------------------------------------------------------------------

def test_a_schedule_is_followed_part_by_part(loadgen_run, scripted_server):
    def measure():
        server = scripted_server()
        run = loadgen_run(server, options={
            "rate": "100/s for 500ms, 0/s for 500ms, step 100/s every 200ms to 300/s",
            "duration": "1600ms"})
        times = [request.at_s for request in server.received]
        # 50, then nothing, then 20 + 40 + 60.
        if not run.result["planned"] == len(times) == 170:
            raise Definite(f"{run.result['planned']} planned, {len(times)} received")
        run.result.believed()
        assert times[50] - times[0] == pytest.approx(1.0, abs=0.03)
        counts = [sum(1.0 + 0.2 * i <= time - times[0] + 0.001 < 1.2 + 0.2 * i for time in times)
                  for i in range(3)]
        assert counts == pytest.approx([20, 40, 60], abs=3)

    conclusive(measure)


# -- connections -------------------------------------------------------------------------------

def test_each_request_has_a_connection_of_its_own(loadgen_run, scripted_server):
    server = scripted_server()
    loadgen_run(server, options=PLAIN)
    assert len({request.connection for request in server.received}) == 40


def test_kept_alive_connections_are_used_again(loadgen_run, scripted_server):
    server = scripted_server(keep_alive=True)
    loadgen_run(server, options={"requests": 40, "connections": 3, "keep_alive": True})
    assert len(server.lines) == 40
    assert len({request.connection for request in server.received}) == 3


@pytest.mark.parametrize("depth, least_ms, most_ms", [(1, 5, 70), (16, 75, 1000)])
def test_pipelined_requests_wait_side_by_side_on_their_connection(loadgen_run, line_server, depth,
                                                                  least_ms, most_ms):
    """Sixteen that are served one by one, 5 ms each: the last of them has waited for the others."""
    run = loadgen_run(line_server(service="5ms"), options={
        "requests": 160, "connections": 1, "keep_alive": True, "pipeline": depth})
    assert run.result.counts == {"ok": 160}
    assert run.result["service_ms"]["p50"] >= least_ms
    with inconclusive_when_overloaded():
        assert run.result["service_ms"]["p50"] < most_ms


def test_every_source_address_is_connected_from(loadgen_run, scripted_server):
    server = scripted_server()
    loadgen_run(server, options={**PLAIN, "source": ["127.0.0.7", "127.0.0.8"]})
    assert collections.Counter(server.peers) == {"127.0.0.7": 20, "127.0.0.8": 20}
