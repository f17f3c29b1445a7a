"""What tells whether a table is the same as it was: quicker than a checksum, and blind to nothing."""

import hashlib

import duckdb
import pytest

from publishing.checksum import content_checksum, table_fingerprint

ROWS = "(values (1, 'x', 'y'), (2, 'p', null), (3, 'q', '')) t(a, b, c)"


@pytest.fixture
def base() -> str:
    return fingerprint(f"from {ROWS}")


def fingerprint(query: str) -> str:
    with duckdb.connect() as connection:
        return table_fingerprint(connection, f"({query})")


def test_the_order_of_rows_is_no_difference(base: str) -> None:
    """Guards against tables that look changed because DuckDB wrote their rows in another order."""
    assert fingerprint(f"from {ROWS} order by a desc") == base


@pytest.mark.parametrize(
    "query",
    [
        pytest.param(f"from {ROWS} union all select 1, 'x', 'y'", id="a row twice"),
        pytest.param(f"from {ROWS} where a > 1", id="a row less"),
        pytest.param(f"from {ROWS} where false", id="no rows"),
        pytest.param(f"select * replace (coalesce(c, '') as c) from {ROWS}", id="an empty text for no value"),
        pytest.param("from (values (1, 'xy', ''), (2, 'p', null), (3, 'q', '')) t(a, b, c)", id="text moved"),
        pytest.param("from (values (1, 'p', 'y'), (2, 'x', null), (3, 'q', '')) t(a, b, c)", id="values exchanged"),
        pytest.param("from (values (1, 'x', ''), (2, 'p', null), (3, 'q', 'y')) t(a, b, c)", id="last ones exchanged"),
        pytest.param(f"select a, c as b, b as c from {ROWS}", id="columns exchanged"),
        pytest.param(f"select a, c, b from {ROWS}", id="the order of columns"),
        pytest.param(f"select a::bigint as a, b, c from {ROWS}", id="a type"),
        pytest.param(f"select a, b, c as d from {ROWS}", id="a name"),
    ],
)
def test_everything_else_is(base: str, query: str) -> None:
    """Guards against a difference that nobody sees, and a table that stays as it was."""
    assert fingerprint(query) != base


def test_rows_that_cancel_out_elsewhere_do_not_here() -> None:
    """Guards against XOR, by which a row that appears twice is one that never came."""
    twice = fingerprint("select 1 as a union all select 1")
    assert twice not in {fingerprint("select 1 as a where false"), fingerprint("select 2 as a union all select 2")}


def test_receipt_and_build_count_here() -> None:
    """Guards against a fingerprint that, like the content checksum, leaves out what models read all the same."""
    assert fingerprint("select 1 as a, 'r1' as release_id") != fingerprint("select 1 as a, 'r2' as release_id")


def test_a_content_checksum_is_what_it_has_always_been() -> None:
    """Guards against checksums counted otherwise, by which a rebuild of an older release would look wrong."""
    rows = [["1:1", "-", "5:Ковро"], ["1:2", "0:", "4:1.50"]]
    md5 = [hashlib.md5("|".join(row).encode(), usedforsecurity=False).digest() for row in rows]
    upper, lower = (sum(int.from_bytes(one[half], "little") for one in md5) for half in (slice(8), slice(8, 16)))
    values = "(values (1, null, 'Ковро', 'r1'), (2, '', '1.50', 'r2')) t(a, b, c, release_id)"
    with duckdb.connect() as connection:
        found = content_checksum(connection, f"(from {values})")
    assert found == hashlib.sha256(f"a,b,c/2/{lower}/{upper}".encode()).hexdigest()
