"""Bugs in serving many requests of one connection."""

from kept_session import KeptSession
from redirector import Redirector


class OutOfTurn(Redirector):
    """Of a connection's replies the first that is there is sent, whose turn it may be."""

    class kept_session_class(KeptSession):
        def next_answered(self):
            return next((turn for turn in self.turns if turn.answer), None)


class SkipsFailures(Redirector):
    """A request that fails gets no line when others of its connection wait: all after it are shifted."""

    class kept_session_class(KeptSession):
        def _send(self, turn):
            data, outcome, cause = turn.answer
            if outcome != "replied" and len(self.turns) > 1:
                turn.answer = b"", outcome, cause
            super()._send(turn)
