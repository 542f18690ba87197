"""Lines of a journal that several fake daemons share, one of which may have been killed while it wrote."""

from collections.abc import Iterable, Iterator

_BEGINNING = b'{"event"'  # in no text inside of a line: its quotes would be escaped


def unspoilt(lines: Iterable[bytes]) -> Iterator[bytes]:
    """These lines, of which those that were cut off are left out: what follows one may be on the same line.

    Linux ends the write of a killed process between two pages of the file, so that the beginning of
    its last line may be there and the rest not.
    """
    for line in lines:
        beginning = line.rfind(_BEGINNING)
        if beginning >= 0 and line.endswith(b"}"):
            yield line[beginning:]
