"""One stream of a compound file (OLE), the container of XLS: a file system of sectors chained by a table."""

import struct
from array import array
from collections.abc import Iterator

_HEADER = struct.Struct("<30xHH10xII4xIIIII")
_HEADER_BYTES, _TABLES_IN_HEADER = 512, 109
_LAST_SECTOR = 0xFFFFFFFA
"""Numbers from here on end a chain or mark a sector that belongs to none."""
_ENTRY, _ROOT, _STREAM = 128, 5, 2


class CompoundFile:
    """The streams of a compound file; a damaged one raises ValueError."""

    def __init__(self, content: bytes) -> None:
        if len(content) < _HEADER_BYTES:
            raise ValueError("no header")
        self._content = content
        shift, mini_shift, tables, directory, self._cutoff, mini, _, extra, _ = _HEADER.unpack_from(content)
        if not 7 <= shift <= 16 or mini_shift >= shift:
            raise ValueError("sectors of an unknown size")
        self._size, self._mini_size = 1 << shift, 1 << mini_shift
        self._next = self._joined(self._table_sectors(extra)[:tables])
        self._entries = list(self._directory(b"".join(self._sectors(directory))))
        self._mini_next = self._joined(self._chain(mini, self._next))

    def stream(self, *names: str) -> bytes:
        """The content of the first stream of one of these names, whatever their case."""
        wanted = {name.lower() for name in names}
        for name, kind, start, size in self._entries:
            if kind == _STREAM and name.lower() in wanted:
                return self._read(start, size)
        raise ValueError("no such stream")

    def _read(self, start: int, size: int) -> bytes:
        if size >= self._cutoff:
            return b"".join(self._sectors(start))[:size]
        root = next(entry for entry in self._entries if entry[1] == _ROOT)
        mini = b"".join(self._sectors(root[2]))
        starts = (number * self._mini_size for number in self._chain(start, self._mini_next))
        return b"".join(mini[at : at + self._mini_size] for at in starts)[:size]

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        return self._content[start : start + self._size]

    def _sectors(self, start: int) -> Iterator[bytes]:
        return (self._sector(number) for number in self._chain(start, self._next))

    @staticmethod
    def _chain(start: int, following: "array[int]") -> Iterator[int]:
        number = start
        for _ in range(len(following) + 1):
            if number >= _LAST_SECTOR:
                return
            yield number
            if number >= len(following):
                raise ValueError("a chain leads out of the file")
            number = following[number]
        raise ValueError("a chain without end")

    def _joined(self, sectors: "Iterator[int] | list[int]") -> "array[int]":
        numbers = b"".join(self._sector(number) for number in sectors)
        return array("I", numbers[: len(numbers) // 4 * 4])

    def _table_sectors(self, extra: int) -> list[int]:
        """Where the table of chains lies: the first sectors stand in the header, the others in a list of their own."""
        found = list(struct.unpack_from(f"<{_TABLES_IN_HEADER}I", self._content, _HEADER_BYTES - 4 * _TABLES_IN_HEADER))
        in_sector = self._size // 4 - 1
        for _ in range(len(self._content) // self._size):
            sector = self._sector(extra)
            if extra >= _LAST_SECTOR or len(sector) < self._size:
                break
            found += struct.unpack_from(f"<{in_sector}I", sector)
            (extra,) = struct.unpack_from("<I", sector, 4 * in_sector)
        return [number for number in found if number < _LAST_SECTOR]

    @staticmethod
    def _directory(content: bytes) -> Iterator[tuple[str, int, int, int]]:
        for at in range(0, len(content) - _ENTRY + 1, _ENTRY):
            length, kind = struct.unpack_from("<HB", content, at + 64)
            start, size = struct.unpack_from("<II", content, at + 116)
            yield content[at : at + min(max(length - 2, 0), 64)].decode("utf-16-le", "replace"), kind, start, size
