"""Class LineTail: the new lines of a file that others append to, and its disk given back."""

import ctypes
import os
from collections.abc import Iterator

_KEEP_SIZE_AND_PUNCH_HOLE = 0x01 | 0x02
_PIECE_BYTES = 1 << 20


class LineTail:
    """Reads whole lines of `path` from where it stopped; a file that is not there has none."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = path
        self._offset = 0
        self._freed = 0

    def lines(self) -> Iterator[bytes]:
        """The whole lines that have come since the last time."""
        try:
            file = open(self._path, "rb")
        except FileNotFoundError:
            return
        rest = b""
        with file:
            file.seek(self._offset)
            while piece := file.read(_PIECE_BYTES):
                *whole, rest = (rest + piece).split(b"\n")
                for line in whole:
                    self._offset += len(line) + 1
                    if line:
                        yield line

    def keep(self, path: str | os.PathLike[str]) -> None:
        """Copy the lines read since the last forget()."""
        with open(self._path, "rb") as file, open(path, "wb") as copy:
            file.seek(self._freed)
            copy.write(file.read(self._offset - self._freed))

    def forget(self) -> None:
        """Give back the disk of what was read. The file keeps its length, so that whoever appends
        to it is not disturbed and loses nothing; where the file system cannot, nothing is done."""
        if self._offset == self._freed:
            return
        fd = os.open(self._path, os.O_WRONLY)
        try:
            ctypes.CDLL(None).fallocate(fd, _KEEP_SIZE_AND_PUNCH_HOLE, ctypes.c_long(self._freed),
                                        ctypes.c_long(self._offset - self._freed))
        finally:
            os.close(fd)
        self._freed = self._offset
