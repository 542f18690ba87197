"""Histories that a test writes itself, and what is in them."""

import json

from pytest_iotcpd.history import Promises, records
from pytest_iotcpd.history.histories import Histories
from pytest_iotcpd.history.records import ClientRecord, JournalLine

TOKENS = [f"tk_{number:016x}" for number in range(9)]
PROMISES = Promises(1, alarm_interval_s=0.1)
SECOND_NS = 10**9


def append(path, *pieces):
    """Bytes for the end of the file."""
    with open(path, "ab") as file:
        file.write(b"".join(pieces))


def record(token, outcome=records.REPLY, ended_ns=10):
    """A ClientRecord of which only this matters."""
    return ClientRecord(token, outcome, b"", 1, 2, 3, ended_ns)


def journalled(event, t_ns, daemon):
    """Likewise a JournalLine."""
    return JournalLine(event, t_ns, daemon, None, None, None, None, None, None)


class Files:
    """A trace and a journal that a test writes itself."""

    def __init__(self, folder):
        self._trace, self._journal = folder / "trace", folder / "journal"
        self.histories = Histories(PROMISES, self._trace, self._journal)

    def journal(self, event, token=None, incarnation=1, t_ns=5, **members):
        line = {"event": event, "t_ns": t_ns, "pid": 100 + incarnation, "worker": 0,
                "incarnation": incarnation, **members}
        line |= {"token": token} if token else {}
        append(self._journal, json.dumps(line).encode(), b"\n")

    def journal_is_cut_off(self, beginning):
        """These bytes of a line are all that its daemon, which was killed, has written."""
        append(self._journal, beginning)

    def trace(self, token, outcome="replied", cause=None, decided_ns=8):
        append(self._trace, json.dumps({
            "request": token, "outcome": outcome, "cause": cause, "worker": 0, "incarnation": 1,
            "pid": 101, "complete_ns": 4, "handed_out_ns": 4, "decided_ns": decided_ns}).encode(), b"\n")

    def exchange(self, token):
        """A request and its reply, in all three histories."""
        self.histories.clients.add(record(token))
        self.journal("recv", token)
        self.journal("reply", token, slept_us=1)
        self.trace(token)

    def cut(self, **facts):
        """The next segment; the one before it is dropped."""
        self.histories.drop()
        return self.histories.cut([{}], **facts)


def life(files, incarnation, start_s, end_s):
    """The start of a daemon and its death by a fault, in the journal."""
    files.journal("start", incarnation=incarnation, t_ns=round(start_s * SECOND_NS))
    files.journal("exit", incarnation=incarnation, t_ns=round(end_s * SECOND_NS), reason="fault")
