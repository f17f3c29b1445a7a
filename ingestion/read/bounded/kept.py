"""Values kept up to a bound of bytes, the least used given up first."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Any


class Kept:
    """What has been read and may be asked for again."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._values: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()

    def __contains__(self, key: Hashable) -> bool:
        return key in self._values

    def get(self, key: Hashable) -> Any:
        """The value of a key that is kept."""
        self._values.move_to_end(key)
        return self._values[key][0]

    def put(self, key: Hashable, value: Any, size: int) -> None:
        """Keep a value, unless it alone is more than all that may be kept."""
        if size > self._most_bytes:
            return
        self._values[key] = (value, size)
        while sum(size for _, size in self._values.values()) > self._most_bytes:
            self._values.popitem(last=False)

    def clear(self) -> None:
        """Keep nothing."""
        self._values.clear()
