"""Bugs in who gets which daemon, and in which order."""

from daemons import Slot
from redirector import Redirector


class CrossedReplies(Redirector):
    """Of two requests at work each gets the reply to the other."""

    def on_line(self, daemon, line):
        others = [other for other in self.daemons if other.session and other is not daemon]
        if others:
            daemon.session, others[0].session = others[0].session, daemon.session
        super().on_line(daemon, line)


class LeaverFreesDaemon(Redirector):
    """The daemon of a client that has left is lent again at once, and its reply goes to the next."""

    def forget(self, session):
        left = [daemon for daemon in self.daemons if daemon.session is session]
        super().forget(session)
        for daemon in left:
            daemon.timer.cancel()
            self.give_back(daemon)


class KeepsIdleLines(Redirector):
    """What a daemon writes while nobody has asked is taken for its next reply."""

    def on_output(self, daemon):
        if daemon.busy or not (output := daemon.read()):
            super().on_output(daemon)
        else:
            daemon.buffer += output

    def hand_out(self, daemon, session):
        super().hand_out(daemon, session)
        if b"\n" in daemon.buffer:
            self.on_reply(daemon)


class OneAtATime(Redirector):
    """While one daemon works nobody else gets one."""

    def borrow(self):
        return None if any(daemon.busy for daemon in self.daemons) else super().borrow()


class ServesFew(Redirector):
    """After three requests a daemon is thrown away."""

    def give_back(self, daemon):
        daemon.requests = getattr(daemon, "requests", 0) + 1
        super().give_back(daemon)
        if daemon.requests == 3 and not daemon.busy:
            self.condemn(daemon, "timeout")


class MoreThanAsked(Redirector):
    """Whoever finds no daemon has another one started."""

    def on_request(self, session):
        if not self.idle:
            self.slots.append(Slot(len(self.slots)))
            self.spawn(self.slots[-1])
        super().on_request(session)


class NobodyCallsTheQueue(Redirector):
    """A daemon that becomes free stays free, whoever waits."""

    def give_back(self, daemon):
        self._pumping = True
        super().give_back(daemon)
        self._pumping = False

    def on_queue_timeout(self, session):
        pass


class NobodyIsRefused(Redirector):
    """Who waits for a daemon waits for ever; so does the request of a daemon that has died."""

    def on_queue_timeout(self, session):
        pass

    def on_request_lost(self, daemon, cause):
        session, daemon.session = daemon.session, None
        if session:
            self.queue.appendleft(session)


class LastComeFirstServed(Redirector):
    """The queue is a stack."""

    def on_request(self, session):
        super().on_request(session)
        if session in self.queue:
            self.queue.remove(session)
            self.queue.appendleft(session)


class LeaverTakesNeighbour(Redirector):
    """Who leaves the queue takes the last one in it along."""

    def forget(self, session):
        waiting = session in self.queue
        super().forget(session)
        if waiting and self.queue and session.handed_out_ns is None:
            self.queue.pop().timer.cancel()


class LateReplyToNext(Redirector):
    """A daemon that was given up has a successor, and is still listened to: what it says goes to the
    next client."""

    late = b""

    def on_busy_timeout(self, daemon):
        self.on_request_lost(daemon, "busy-timeout")
        self.remove(daemon)
        self.spawn(daemon.slot)

    def on_output(self, daemon):
        if daemon.in_pool or not (output := daemon.read()):
            super().on_output(daemon)
        else:
            self.late += output

    def on_line(self, daemon, line):
        late, self.late = self.late, b""
        super().on_line(daemon, late or line)


class KeepsHalfAReply(Redirector):
    """What a daemon had written when it was given up stands in front of its next reply."""

    def on_busy_timeout(self, daemon):
        half = daemon.buffer
        self.on_request_lost(daemon, "busy-timeout")
        self.give_back(daemon)
        daemon.buffer = half
