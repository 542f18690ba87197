"""The processes of the pool: a slot and the daemon in it."""

import os
import signal
import subprocess

_TERM_AFTER_S, _KILL_AFTER_S = 0.1, 1.0


class Slot:
    """A place in the pool; its daemons come one after the other."""

    def __init__(self, number):
        self.number = number
        self.daemon = None
        self.incarnation = 0
        self.unserved_deaths = 0  #: in a row


class SmallDaemon:
    """One process on two pipes, in a group of its own."""

    def __init__(self, slot, command, loop, on_output):
        slot.incarnation += 1
        self.slot, self.incarnation, self.loop = slot, slot.incarnation, loop
        self.process = self.start(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, process_group=0,
            env={**os.environ, "IOTCPD_WORKER": str(slot.number),
                 "IOTCPD_INCARNATION": str(slot.incarnation)})
        self.buffer = b""
        self.session = None  #: whose reply is awaited; None also when that client has left
        self.busy = False
        self.served = False
        self.in_pool = True
        self.over = False    #: its end has been counted
        self.timer = None
        os.set_blocking(self.process.stdout.fileno(), False)
        loop.add_reader(self.process.stdout, on_output, self)

    def start(self, command, **settings):
        """The process."""
        return subprocess.Popen(command, **settings)

    @property
    def name(self):
        """What a trace calls it."""
        return self.slot.number, self.incarnation, self.process.pid

    def write(self, request):
        os.write(self.process.stdin.fileno(), request)

    def read(self):
        """What is there now; b"" at the end, None when there is nothing."""
        try:
            return os.read(self.process.stdout.fileno(), 65536)
        except BlockingIOError:
            return None

    def stop_listening(self):
        self.loop.remove_reader(self.process.stdout)

    def stop(self):
        """Close its standard input, then TERM, then KILL."""
        self.stop_listening()
        self.process.stdin.close()
        self.loop.call_later(_TERM_AFTER_S, self._signal_if_alive, signal.SIGTERM)
        self.loop.call_later(_KILL_AFTER_S, self._signal_if_alive, signal.SIGKILL)

    def _signal_if_alive(self, number):
        if self.process.returncode is None:
            os.killpg(self.process.pid, number)

    def close_pipes(self):
        self.stop_listening()
        self.process.stdin.close()
        self.process.stdout.close()
