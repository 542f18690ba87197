"""usage: python3 naive_redirector.py PORT COMMAND ...

A process per connection, as inetd would have it, and not one thought about what might go wrong: no
pool, no queue, no limit, no statistics. The conformance scenarios tell what that lacks.
"""

import socketserver
import subprocess
import sys

COMMAND = sys.argv[2:]


class OneProcess(socketserver.StreamRequestHandler):
    """A line of the client to a process of its own, a line of that back."""

    def handle(self):
        with subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            try:
                process.stdin.write(self.rfile.readline())
                process.stdin.flush()
                self.wfile.write(process.stdout.readline())
            except OSError:
                pass
            process.kill()


class Server(socketserver.ThreadingTCPServer):
    """A thread per connection."""
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 1024

    def handle_error(self, request, client_address):
        """Clients come and go."""


Server(("127.0.0.1", int(sys.argv[1])), OneProcess).serve_forever()
