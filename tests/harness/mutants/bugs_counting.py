"""Bugs in what is counted and traced."""

import dataclasses
import re

from redirector import Redirector


class DoubleCount(Redirector):
    """A timeout counts as failed, too."""

    def count(self, session, outcome, cause, decided_ns):
        super().count(session, outcome, cause, decided_ns)
        if outcome == "timeout":
            self.counters["queries failed"] += 1


class KeepsClients(Redirector):
    """Who has had the error reply for a timeout is connected for ever."""

    def count(self, session, outcome, cause, decided_ns):
        super().count(session, outcome, cause, decided_ns)
        session.timed_out = outcome == "timeout"

    def on_session_closed(self, session):
        if not getattr(session, "timed_out", False):
            super().on_session_closed(session)


class EverStopping(Redirector):
    """Who has been condemned is being stopped for ever."""

    def states(self):
        condemned = sum(self.counters[label] for label in self.counters if label.startswith("condemned "))
        return {**super().states(), "daemon S_STOPPING": condemned}


class BucketHole(Redirector):
    """Replies to requests that had to queue are in no bucket."""

    def count(self, session, outcome, cause, decided_ns):
        before = {label: self.counters[label] for label in self.counters if "-" in label}
        super().count(session, outcome, cause, decided_ns)
        if outcome == "replied" and session.timer:
            self.counters.update(before)


class RunsBack(Redirector):
    """A query whose client has left is taken out of the total again."""

    def count(self, session, outcome, cause, decided_ns):
        if outcome == "unknown":
            self.counters["queries total"] -= 1
        else:
            super().count(session, outcome, cause, decided_ns)


class UncountedReply(Redirector):
    """Every fourth reply is forgotten, by the total and the buckets too: the sums are right."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.replies = 0

    def count(self, session, outcome, cause, decided_ns):
        self.replies += outcome == "replied"
        if outcome == "replied" and self.replies % 4 == 0:
            self.counters["queries total"] -= 1
        else:
            super().count(session, outcome, cause, decided_ns)


class WrongCause(Redirector):
    """The death of a daemon is put down to the queue."""

    def fail(self, session, cause):
        super().fail(session, "queue-timeout" if cause == "daemon-death" else cause)


class DeathInvented(Redirector):
    """Whatever goes wrong after the hand-out is the death of the daemon."""

    def fail(self, session, cause):
        super().fail(session, "daemon-death" if session.handed_out_ns else cause)


class OversizeInvented(Redirector):
    """Half of the longest reply is too much already."""

    def __init__(self, settings, loop):
        super().__init__(dataclasses.replace(settings, max_reply=settings.max_reply // 2), loop)


class SilentlyCondemned(Redirector):
    """Daemons are condemned, and nobody is told."""

    def condemn(self, daemon, cause):
        before = self.counters[f"condemned {cause}"]
        super().condemn(daemon, cause)
        self.counters[f"condemned {cause}"] = before


class TracedTwice(Redirector):
    """A query that fails has two outcomes in the trace."""

    def decide(self, session, outcome, cause):
        super().decide(session, outcome, cause)
        if outcome == "failed":
            self.trace.write(session, outcome, cause, session.complete_ns)


class OtherLabel(Redirector):
    """The block calls a thing by another name than everybody knows it by."""

    def block(self):
        return super().block().replace("queries delayed", "queries waited ")


class LeaverUncounted(Redirector):
    """A query whose client has left is in the total, and has no outcome."""

    def count(self, session, outcome, cause, decided_ns):
        if outcome != "unknown":
            super().count(session, outcome, cause, decided_ns)

    def block(self):
        return re.sub(r"(queries in-flight +)\d+", r"\g<1>0", super().block())


class OneStateMissing(Redirector):
    """One daemon is in no state."""

    def states(self):
        states = super().states()
        return {**states, "daemon S_AVAILABLE": states["daemon S_AVAILABLE"] - 1}


class AskingCosts(Redirector):
    """The request that follows a block of statistics is refused."""

    asked = False

    def block(self):
        self.asked = True
        return super().block()

    def on_request(self, session):
        if self.asked:
            self.asked = False
            self.fail(session, "queue-timeout")
        else:
            super().on_request(session)
