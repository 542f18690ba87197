"""Clients that pipeline their requests on one connection, and write down what became of each."""

import time
from collections.abc import Sequence

from .. import client_outcome, witness
from ..line_client import Address, LineClient
from ..traffic import ERROR_REPLY as ERROR_LINE
from . import records
from .records import ClientRecord
from .recording_client import KEPT_BYTES, ClientHistory, tokened_request


class PipeliningClient:
    """One connection per call to `address`, which keeps them: all requests in one write, each with a
    token and an end sentinel of its own, then their replies in that order.

    `deadline_s`, before scaling, is how long a client waits for each reply.
    """

    def __init__(self, address: Address, history: ClientHistory, deadline_s: float = 10.0,
                 error_reply: bytes = ERROR_LINE) -> None:
        self._address, self._history = address, history
        self._deadline_s, self._error_reply = deadline_s, error_reply

    def ask(self, words: Sequence[str], leave_after: int | None = None) -> list[ClientRecord]:
        """One request for each of `words`; reads a line for each. With `leave_after` it goes away
        with a reset when it has had so many."""
        requests = [tokened_request(each) for each in words]
        invoked_ns = time.monotonic_ns()
        client = LineClient(self._address, timeout_s=self._deadline_s).connect()
        sending_ns = time.monotonic_ns()
        asked = [ClientRecord(token, records.RESET, b"", invoked_ns, sending_ns, None, 0)
                 for token, _ in requests]
        try:
            client.send(b"".join(request for _, request in requests))
            for record in asked:
                record.sent_ns = time.monotonic_ns()
            for record in asked[:leave_after]:
                self._read(client, record)
            self._end(client, asked, len(asked) if leave_after is None else leave_after)
        except OSError as error:
            # Who has every reply and no clean end has not got the last one as promised.
            self._fail(client, [record for record in asked if not record.ended_ns] or asked[-1:], error)
        finally:
            client.close()
        for record in asked:
            witness.present().answered(record.outcome)
            self._history.add(record)
        return asked

    def _read(self, client: LineClient, record: ClientRecord) -> None:
        line = client.recv_line()
        record.received = line[:KEPT_BYTES]
        record.outcome = client_outcome.of_reply(line, self._error_reply)
        record.ended_ns = time.monotonic_ns()

    @staticmethod
    def _end(client: LineClient, asked: Sequence[ClientRecord], answered: int) -> None:
        """With a reset when replies are outstanding; else what comes before the server's EOF is the last
        one's, too: nothing, for all that is well."""
        if answered == len(asked):
            asked[-1].received += client.half_close().recv_to_eof()[:KEPT_BYTES]
            return
        client.reset()
        for record in asked[answered:]:
            record.outcome, record.ended_ns = records.LEFT, time.monotonic_ns()

    @staticmethod
    def _fail(client: LineClient, unanswered: Sequence[ClientRecord], error: OSError) -> None:
        for record in unanswered:
            record.outcome = client_outcome.of_error(error)
            record.received = client.received()[:KEPT_BYTES]
            record.ended_ns = time.monotonic_ns()
