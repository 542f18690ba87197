"""usage: python3 tests/harness/mutants [--bug NAME] OPTION ...

Without --bug it is the correct twin. Options are in settings.py, bugs in bugs_*.py.
"""

import asyncio
import os
import signal
import sys
import traceback

import settings
from bugs import BUGS, redirector_of


def _end_on_error(_, context):
    """A mistake of ours must not be taken for a bug that is meant."""
    traceback.print_exception(context.get("exception"))
    os._exit(70)


def main():
    chosen = settings.parse(sys.argv[1:], BUGS)
    loop = asyncio.new_event_loop()
    loop.set_exception_handler(_end_on_error)
    redirector = redirector_of(chosen)(chosen, loop)
    address = redirector.listen()
    loop.add_signal_handler(signal.SIGCHLD, redirector.reap)
    loop.add_signal_handler(signal.SIGUSR1, lambda: print(redirector.block(), end="", flush=True))
    loop.add_signal_handler(signal.SIGHUP, redirector.refresh)
    loop.add_signal_handler(signal.SIGTERM, redirector.drain)
    redirector.fill()
    print(f"iotcpd listening: {address}", flush=True)
    print(f"iotcpd ready: {address} daemons 1/{chosen.num_daemons}", flush=True)
    loop.run_forever()


main()
