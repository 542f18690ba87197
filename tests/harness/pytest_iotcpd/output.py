"""Where a program under test writes: a file, or a pipe that is read only when a test looks."""

import fcntl
import os


class FileOutput:
    """A regular file: never full, so that no log line is lost."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = path
        self._write_fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)

    def fd_for_child(self) -> int:
        return self._write_fd

    def child_started(self) -> None:
        os.close(self._write_fd)

    def text(self) -> str:
        try:
            with open(self._path, "rb") as file:
                return file.read().decode("utf-8", "replace")
        except FileNotFoundError:  # A test may clear its folder away.
            return f"(somebody has removed {self._path})\n"

    def close(self) -> None:
        pass


class PipeOutput:
    """A pipe of `capacity` bytes. Nobody reads it until `text()` is called: what has been
    written by then is taken, and kept."""

    def __init__(self, capacity: int | None = None) -> None:
        self._read_fd: int | None
        self._read_fd, self._write_fd = os.pipe2(os.O_CLOEXEC)
        os.set_blocking(self._read_fd, False)
        self._taken = bytearray()
        if capacity:
            fcntl.fcntl(self._write_fd, fcntl.F_SETPIPE_SZ, capacity)

    def fd_for_child(self) -> int:
        return self._write_fd

    def child_started(self) -> None:
        os.close(self._write_fd)

    def text(self, start: int = 0) -> str:
        """All that was written so far, from byte `start` on."""
        self._take()
        return self._taken[start:].decode("utf-8", "replace")

    def size(self) -> int:
        """How many bytes were written so far."""
        self._take()
        return len(self._taken)

    def _take(self) -> None:
        while self._read_fd is not None:
            try:
                piece = os.read(self._read_fd, 1 << 20)
            except BlockingIOError:
                break
            if not piece:
                break
            self._taken += piece

    @property
    def closed(self) -> bool:
        """Whether the reading end was closed by the test."""
        return self._read_fd is None

    def close(self) -> None:
        """Close the reading end: the writer gets EPIPE from now on."""
        self._take()
        self.abandon()

    def abandon(self) -> None:
        """Close the reading end with whatever is in the pipe unread."""
        if self._read_fd is not None:
            os.close(self._read_fd)
            self._read_fd = None
