"""Reads an HDR histogram from its base64 form (V2, compressed), as results carry it.

A second implementation of the format, so that what the program writes is not only read by itself.
"""

import base64
import struct
import zlib
from collections.abc import Iterator

_COMPRESSED_COOKIE = 0x1c849314
_COOKIE = 0x1c849313
_HEADER = struct.Struct(">iiiiqqd")


class HdrHistogram:
    """Counts by value; `cells` are (lowest value, width, count) in rising order."""

    def __init__(self, text: str) -> None:
        packed = base64.b64decode(text, validate=True)
        cookie, length = struct.unpack_from(">ii", packed)
        assert cookie == _COMPRESSED_COOKIE, f"not a compressed histogram: cookie {cookie:#x}"
        assert length == len(packed) - 8, f"{length} bytes announced, {len(packed) - 8} there"
        self.cells = list(_cells(zlib.decompress(packed[8:])))
        self.total = sum(count for _, _, count in self.cells)

    @property
    def mean(self) -> float:
        return sum((low + width / 2) * count for low, width, count in self.cells) / self.total

    def at_rank(self, rank: int) -> float:
        """The value of that rank, from 0, in the middle of its cell."""
        for low, width, count in self.cells:
            rank -= count
            if rank < 0:
                return low + width / 2
        raise IndexError("beyond the last value")

    def quantile(self, q: float) -> float:
        return self.at_rank(min(int(q * self.total), self.total - 1))

    def values(self) -> list[float]:
        """Every value, in rising order, in the middle of its cell."""
        return [low + width / 2 for low, width, count in self.cells for _ in range(count)]


def _cells(data: bytes) -> Iterator[tuple[int, int, int]]:
    cookie, length, offset, digits, lowest, _highest, _ratio = _HEADER.unpack_from(data)
    assert (cookie, offset) == (_COOKIE, 0), f"cookie {cookie:#x}, offset {offset}"
    payload = data[_HEADER.size:]
    assert length == len(payload), f"{length} bytes announced, {len(payload)} there"
    half_bits = (2 * 10**digits - 1).bit_length() - 1
    unit_bits = lowest.bit_length() - 1
    index = 0
    for number in _zigzag_numbers(payload):
        if number < 0:
            index -= number
            continue
        if number:
            bucket = max((index >> half_bits) - 1, 0)
            cell = index - (bucket << half_bits)
            yield cell << (bucket + unit_bits), 1 << (bucket + unit_bits), number
        index += 1


def _zigzag_numbers(payload: bytes) -> Iterator[int]:
    """ZigZag LEB128, of nine bytes at the most: the ninth has no continuation bit."""
    value = shift = 0
    for byte in payload:
        value |= (byte if shift == 56 else byte & 0x7f) << shift
        if byte & 0x80 and shift < 56:
            shift += 7
            continue
        yield (value >> 1) ^ -(value & 1)
        value = shift = 0
    assert shift == 0, "it ends within a number"
