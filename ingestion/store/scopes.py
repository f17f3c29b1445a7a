"""What a file of a snapshot kind replaces: the key of its kind, its sender and its period (contracts.md, settled 4).

Senders are compared as `foundation.text.sender_key` compares them (settled 36). Scopes written by a version that
compared them letter by letter are written anew: else a file of today would not replace what the same sender sent
before.
"""

from collections.abc import Iterable

import duckdb

from foundation.text import sender_key
from schemas.kinds import KINDS

SEPARATOR = "|"


def scope_key(kind: str, sender: str, period: Iterable[object]) -> str:
    """The key under which a later file of the same kind, sender and period replaces this one."""
    return SEPARATOR.join([kind, sender_key(sender), *map(str, period)])


def renew_scopes(connection: duckdb.DuckDBPyConnection) -> None:
    """Write scopes of former versions under today's form of their sender."""
    rows = connection.execute("select distinct scope_key from journal.load_scope").fetchall()
    for (written,) in rows:
        kind, *said = written.split(SEPARATOR)
        length = len(KINDS[kind].scope)
        sender, period = SEPARATOR.join(said[:-length]), said[-length:]
        renewed = scope_key(kind, sender, period)
        if renewed != written:
            for table in (f"raw.{kind}", "journal.load_scope"):
                connection.execute(f"update {table} set scope_key = ? where scope_key = ?", [renewed, written])
