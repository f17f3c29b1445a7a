"""No person passes the door: the bytes of everything but the archive are searched (promise 9)."""

import re
from pathlib import Path

import duckdb
import pytest
from bytes_on_disk import contents, files_of

from samples.make_samples import generated_people

pytestmark = pytest.mark.slow
KEPT_FROM_READERS = frozenset({"archive", "secret"})
"""The archive holds the received files themselves, mode 0700."""
NUMBERS = re.compile(rb"\d{11}|\d{3}-\d{3}-\d{3} \d{2}|\d{2}\.\d{2}\.\d{4}|\d{4}-\d{2}-\d{2}")
KEY = re.compile(rb"[0-9a-f]{64}")
UTF8_WORD = re.compile(rb"(?:[\xd0\xd1][\x80-\xbf]){3,}")
CP1251_WORD = re.compile(rb"[\xa8\xb8\xc0-\xff]{3,}")


def people_in_every_spelling() -> set[str]:
    """СНИЛС with and without separators, surnames, birth dates as exports and databases write them."""
    found = set()
    for person in generated_people():
        digits = "".join(symbol for symbol in person.snils if symbol.isdigit())
        found |= {digits, f"{digits[:3]}-{digits[3:6]}-{digits[6:9]} {digits[9:]}", person.surname}
        found |= {person.birth_date.strftime("%d.%m.%Y"), person.birth_date.isoformat()}
    return found


def words_in(content: bytes) -> set[str]:
    """Numbers that may be a СНИЛС or a date, and Cyrillic words in both encodings."""
    words = {match.decode() for match in NUMBERS.findall(content)}
    words |= {match.decode("utf-8") for match in UTF8_WORD.findall(content)}
    return words | {match.decode("cp1251") for match in CP1251_WORD.findall(content)}


def dates_of_hiring(home: Path) -> set[str]:
    """Days on which somebody was hired or dismissed: one may be another person's birthday, and is kept."""
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        days = connection.execute("select hired_on from raw.staff union select dismissed_on from raw.staff").fetchall()
    return {text for (day,) in days if day for text in (day.isoformat(), day.strftime("%d.%m.%Y"))}


def test_nothing_of_people_is_on_disk(demo: tuple[Path, str]) -> None:
    """Guards against a СНИЛС, surname or birth date in the warehouse, a release, a log or a protocol."""
    home, printed = demo
    files = files_of(home, KEPT_FROM_READERS)
    assert {".duckdb", ".parquet", ".xlsx", ".json"} <= {path.suffix for path in files}
    wanted = people_in_every_spelling() - dates_of_hiring(home)
    assert wanted & words_in(printed.encode()) == set()
    for path in files:
        for content in contents(path):
            assert wanted & words_in(content) == set(), path


def test_no_key_of_a_person_is_published(demo: tuple[Path, str]) -> None:
    """Guards against a release, report or log by which the rows of one person can be put together."""
    home, printed = demo
    kinds = ("staff", "training_record", "platform_activity_person")
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        every = " union ".join(f"select person_key from raw.{kind}" for kind in kinds)
        keys = {key for (key,) in connection.execute(every).fetchall()}
    assert len(keys) > 500
    assert keys & keys_in((home / "warehouse.duckdb").read_bytes())  # the search would find them
    assert keys & keys_in(printed.encode()) == set()
    for path in files_of(home, KEPT_FROM_READERS | {"warehouse.duckdb", "checkpoint"}):  # the build, and its copy
        for content in contents(path):
            assert keys & keys_in(content) == set(), path


def keys_in(content: bytes) -> set[str]:
    return {match.decode() for match in KEY.findall(content)}


def test_the_search_would_find_a_person(demo: tuple[Path, str]) -> None:
    """Guards against a search that looks for nothing: the received files do hold the people."""
    archived = [path for path in (demo[0] / "archive").rglob("*") if path.is_file()]
    found = {word for path in archived for word in words_in(path.read_bytes())} & people_in_every_spelling()
    assert len(found) > 500


def test_archive_and_secret_are_closed(demo: tuple[Path, str]) -> None:
    """Guards against received files or the secret readable by other users of the machine."""
    home, _ = demo
    assert (home / "archive").stat().st_mode & 0o777 == 0o700
    assert (home / "secret").stat().st_mode & 0o777 == 0o600
