"""SIGHUP: new daemons for old, and no request is lost because of it."""

import sys
import time


class RollingRefresh:
    """Mixed into the pool. Each slot has its successor before the incumbent leaves, which may finish
    the request it has; a HUP meanwhile has one more round follow."""

    def __init__(self):
        self.retiring = set()   #: incumbents with a request
        self._again = False

    def refresh(self):
        """SIGHUP."""
        if self.retiring:
            self._again = True
            _tell("refresh to be followed by another")
            return
        _tell("refresh started")
        for slot in self.slots:
            incumbent = slot.daemon
            if incumbent:
                self.spawn(slot)
                self.replace(incumbent)
        self.end_of_round()

    def replace(self, incumbent):
        """Its successor is there."""
        if incumbent.busy:
            self.retiring.add(incumbent)
        else:
            self.retire(incumbent)

    def retire(self, daemon):
        daemon.over = True
        self.counters["daemon retired"] += 1
        self.remove(daemon)
        daemon.stop()
        self.forget_retiring(daemon)

    def forget_retiring(self, daemon):
        """It has left, one way or another."""
        if daemon in self.retiring:
            self.retiring.discard(daemon)
            self.end_of_round()

    def end_of_round(self):
        if self.retiring:
            return
        _tell("refresh done")
        if self._again:
            self._again = False
            self.refresh()


def _tell(what):
    now = time.time()
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now))
    print(f"{stamp}.{int(now * 1000) % 1000:03d}Z notice {what}", file=sys.stderr, flush=True)
