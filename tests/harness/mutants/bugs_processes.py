"""Bugs in how daemons are started, watched and ended, and in how it ends itself."""

import os
import signal
import socket
import subprocess

from daemons import SmallDaemon
from redirector import Redirector
from session import Session


class NoRespawn(Redirector):
    """Nobody takes the place of a daemon that has ended."""

    def respawn(self, slot, served):
        slot.daemon = None


class InheritsClients(Redirector):
    """Daemons have the connections of clients that were there when they were started."""

    class session_class(Session):
        def __init__(self, redirector, connection):
            super().__init__(redirector, connection)
            connection.set_inheritable(True)

    class daemon_class(SmallDaemon):
        def start(self, command, **settings):
            return super().start(command, close_fds=False, **settings)


class StderrUnread(Redirector):
    """Daemons write their complaints into a pipe that nobody reads."""

    class daemon_class(SmallDaemon):
        def start(self, command, **settings):
            return super().start(command, stderr=subprocess.PIPE, **settings)


class DeathByEndOfOutput(Redirector):
    """The end of a daemon is noticed when its pipe ends, which a child may hold; no daemon is too slow."""

    def reap(self):
        pass

    def start_busy_timer(self, daemon):
        super().start_busy_timer(daemon)
        daemon.timer.cancel()


class DumbStaysInPool(Redirector):
    """A daemon that has closed its standard output keeps its place."""

    def on_output_ended(self, daemon):
        self.remove(daemon)
        daemon.stop_listening()
        self.on_request_lost(daemon, "daemon-death")


class DeafToTerm(Redirector):
    """SIGTERM is taken note of."""

    def drain(self):
        pass


class EndsPolitely(Redirector):
    """At the end daemons are asked to go, and that is all."""

    def end_pool(self):
        for daemon in self.daemons:
            os.killpg(daemon.process.pid, signal.SIGTERM)


class DaemonsHoldTheirInput(Redirector):
    """Each daemon has the other end of its own standard input as well: it never ends."""

    class daemon_class(SmallDaemon):
        def start(self, command, **settings):
            reader, writer = os.pipe()
            process = subprocess.Popen(command, pass_fds=(writer,), **{**settings, "stdin": reader})
            os.close(reader)
            process.stdin = os.fdopen(writer, "wb", 0)
            return process


class NeverDone(Redirector):
    """When the last client has been answered after SIGTERM, it stays."""

    def end_if_drained(self):
        pass


class AcceptsOn(Redirector):
    """After SIGTERM the listener stays open until the end."""

    def drain(self):
        self.draining = True
        self.loop.call_later(10.0, self.give_up_clients)
        self.end_if_drained()


class PortStaysTaken(Redirector):
    """The address is not to be used again while old connections are remembered."""

    def listen(self):
        self.listener = socket.socket()
        self.listener.bind((self.settings.ipv4, self.settings.port))
        self.listener.listen(1024)
        self.listener.setblocking(False)
        self.loop.add_reader(self.listener, self.on_connection)
        return "%s:%d" % self.listener.getsockname()


class RefreshLosesSlot(Redirector):
    """At the first refresh the last daemon leaves without a successor."""

    def refresh(self):
        lost = self.slots.pop() if len(self.slots) == self.settings.num_daemons else None
        super().refresh()
        if lost and lost.daemon:
            self.replace(lost.daemon)


class BreakBeforeMake(Redirector):
    """At a refresh the old daemons leave, and some time later the new ones come."""

    def refresh(self):
        for slot in self.slots:
            if slot.daemon:
                self.replace(slot.daemon)
            slot.daemon = None
            self.loop.call_later(2 * self.settings.queue_timeout, self.spawn, slot)
