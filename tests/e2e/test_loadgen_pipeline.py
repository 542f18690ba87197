"""Each reply of a pipeline is judged by itself, however many come at once and look alike."""

import pytest

DEPTH = 16
TOKEN = b"tk_00000000000000ab"
OPTIONS = {"connections": 1, "keep_alive": True, "pipeline": DEPTH, "requests": 2 * DEPTH}


@pytest.fixture
def counts(loadgen_run, scripted_server):
    """The outcomes when each DEPTH requests are answered at once with what `answer(lines)` gives."""
    def run(answer, **options):
        lines = []

        def script(line, number):
            lines.append(line)
            return answer(lines[-DEPTH:]) if len(lines) % DEPTH == 0 else b""

        server = scripted_server(script, keep_alive=True)
        return loadgen_run(server, options={**OPTIONS, **options}).result.counts

    return run


def with_another(place, other, ordinary=b"OK\n"):
    """DEPTH replies, one of which is another."""
    return b"".join(other if i == place else ordinary for i in range(DEPTH))


@pytest.mark.parametrize("reply", [b"OK\n", b"OK\r\n", b"a longer reply, of many words\n"])
def test_replies_that_are_the_same_all_count(counts, reply):
    assert counts(lambda lines: reply * DEPTH, request="hello") == {"ok": 2 * DEPTH}


def test_replies_that_differ_all_count(counts):
    assert counts(lambda lines: b"one\ntwo\n" * (DEPTH // 2), request="hello") == {"ok": 2 * DEPTH}


@pytest.mark.parametrize("place", [0, 1, 7, DEPTH - 1])
def test_one_error_among_good_replies_is_found(counts, place):
    answer = with_another(place, b"BH\n")
    assert counts(lambda lines: answer, request="hello") == {"ok": 2 * DEPTH - 2, "error-reply": 2}


@pytest.mark.parametrize("place", [0, 1, DEPTH - 1])
def test_one_reply_that_is_not_expected_is_found(counts, place):
    answer = with_another(place, b"OX\n")
    assert counts(lambda lines: answer, request="hello", expect="^OK$") == {
        "ok": 2 * DEPTH - 2, "wrong-reply": 2}


def test_a_reply_that_comes_in_two_parts_counts_once(loadgen_run, scripted_server):
    parts = {7: b"OK\n" * 7 + b"O", 15: b"K\n" + b"OK\n" * 8, 31: b"OK\n" * 16}
    server = scripted_server(lambda line, number: parts.get(number, b""), keep_alive=True)
    run = loadgen_run(server, options={**OPTIONS, "request": "hello"})
    assert run.result.counts == {"ok": 2 * DEPTH}


def test_the_same_reply_to_different_tokens_is_not_good_for_all(counts):
    assert counts(lambda lines: lines[0] * DEPTH) == {"ok": 2, "cross-talk": 2 * DEPTH - 2}


@pytest.mark.parametrize("depth", [2, 3, 7, 16, 100])
def test_each_request_of_a_batch_arrives_as_it_is(loadgen_run, scripted_server, depth):
    """The last batch is half as deep, so that the number ends within it."""
    count = 2 * depth + depth // 2
    server = scripted_server(keep_alive=True)
    run = loadgen_run(server, options={**OPTIONS, "pipeline": depth, "requests": count,
                                       "request": "a fixed line"})
    assert server.lines == [b"a fixed line"] * count
    assert run.result.counts == {"ok": count}


FIXED = f"look up {TOKEN.decode()}"


def test_a_fixed_line_with_a_token_has_it_answered_each_time(counts):
    assert counts(lambda lines: TOKEN + b"\n" + b"".join(lines[1:]), request=FIXED) == {"ok": 2 * DEPTH}


@pytest.mark.parametrize("place", [0, 1, DEPTH - 1])
@pytest.mark.parametrize("other, outcome", [(b"OK\n", "wrong-reply"),
                                            (b"tk_00000000000000ac\n", "cross-talk")])
def test_one_reply_to_a_fixed_line_without_its_token_is_found(counts, place, other, outcome):
    answer = with_another(place, other, ordinary=TOKEN + b"\n")
    assert counts(lambda lines: answer, request=FIXED) == {"ok": 2 * DEPTH - 2, outcome: 2}
