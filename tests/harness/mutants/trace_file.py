"""The --trace file: one JSON line per outcome, as iotcpd writes it."""

import json
import os


class Trace:
    """Appends to `path`, each line with one write; does nothing without a path."""

    def __init__(self, path):
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
        self._fd = os.open(path, flags, 0o644) if path else None

    def write(self, session, outcome, cause, decided_ns):
        if self._fd is None:
            return
        worker, incarnation, pid = session.daemon_name
        line = {"request": session.buffer[:64].decode("latin-1"), "outcome": outcome,
                "cause": cause, "worker": worker, "incarnation": incarnation, "pid": pid,
                "complete_ns": session.complete_ns, "handed_out_ns": session.handed_out_ns,
                "answered_ns": getattr(session, "answered_ns", None), "decided_ns": decided_ns}
        os.write(self._fd, json.dumps(line).encode() + b"\n")
