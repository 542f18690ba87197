"""Bugs in giving a daemon several requests at a time."""

from concurrency import ConcurrentRedirector


class IgnoresIds(ConcurrentRedirector):
    """Whatever a daemon says answers the request that it has had longest."""

    def on_channel_line(self, daemon, number, reply):
        super().on_channel_line(daemon, next(iter(self.outstanding[daemon]), None), reply)


class UnknownIdServesOn(ConcurrentRedirector):
    """What answers nothing that is outstanding is dropped, and that is all."""

    def on_unknown_id(self, daemon):
        pass


class OneTimeoutForAll(ConcurrentRedirector):
    """When the time of one request is up, so is that of all others that its daemon has."""

    def on_overdue(self, daemon, session):
        self.on_busy_timeout(daemon)
