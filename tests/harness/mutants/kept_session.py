"""A connection that is kept: its requests, and their outcomes in the order in which they came."""

import collections
import time

from session import Session


class Turn:
    """One of its requests, which the redirector takes for a session."""

    def __init__(self, connection):
        self._connection = connection
        self.buffer = b""
        self.request = None
        self.daemon_name = (None, None, None)
        self.complete_ns = self.handed_out_ns = self.answered_ns = None
        self.decided = False
        self.timer = None
        self.answer = None  #: line, outcome and cause, until all before it have theirs

    def deliver(self, data, outcome, cause):
        self.answer, self.answered_ns = (data, outcome, cause), time.monotonic_ns()
        self._connection.send_answers()


class KeptSession(Session):
    """The redirector knows it from its first byte to its end; `buffer` is what has no outcome yet."""

    def __init__(self, redirector, connection):
        self.turns = collections.deque()
        self._no_more = self._sending = False
        super().__init__(redirector, connection)

    def _on_end_of_stream(self):
        self.loop.remove_reader(self.connection)
        self._no_more = True
        if self.turns and self.turns[-1].request is None:
            self.redirector.fail(self.turns[-1], "eof")
        self.close_if_done()

    def _on_piece(self, piece):
        for line in piece.splitlines(keepends=True):
            self._take(line)

    def _take(self, piece):
        """A part of one request, up to its newline at the most."""
        if not self.turns or self.turns[-1].request is not None:
            self.turns.append(Turn(self))
            self.redirector.on_query(self.turns[-1])
        turn = self.turns[-1]
        turn.buffer += piece
        self.buffer += piece
        if turn.buffer.endswith(b"\n"):
            turn.request, turn.complete_ns = turn.buffer, time.monotonic_ns()
            self.redirector.on_request(turn)

    def deliver(self, data, outcome, cause):
        """The same to all who have no answer."""
        for turn in [turn for turn in self.turns if not turn.answer]:
            turn.deliver(data, outcome, cause)

    def next_answered(self):
        """Whose answer is to be sent, if there is one."""
        return self.turns[0] if self.turns and self.turns[0].answer else None

    def send_answers(self):
        """In turn. What the redirector does with an outcome may bring the next answer."""
        if self._sending:
            return
        self._sending = True
        while turn := self.next_answered():
            self._send(turn)
        self._sending = False
        self.close_if_done()

    def _send(self, turn):
        data, outcome, cause = turn.answer
        self.connection.setblocking(True)  # Test replies fit into the kernel's buffers.
        try:
            self.connection.sendall(data)
        except OSError:
            self.on_reset()
            return
        self.connection.setblocking(False)
        self.turns.remove(turn)
        self.redirector.decide(turn, outcome, cause)

    def close_if_done(self):
        if not self.turns:
            self.buffer = b""
            if self._no_more or self.redirector.draining:
                self.close()

    def on_reset(self):
        turns, self.turns = self.turns, collections.deque()
        for turn in turns:
            self.redirector.decide(turn, "unknown", "reset")
        self.close()
