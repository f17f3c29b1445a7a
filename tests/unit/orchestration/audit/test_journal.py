"""The journal of acts on disk: killed in the middle, written by several at once, tampered with, in a copy."""

import json
import os
import signal
import stat
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from foundation.settings import Settings
from orchestration.audit.chain import BROKEN, TORN
from orchestration.audit.journal import Act, check_journal, head_path, journal_path, record
from orchestration.record import RefreshRecord
from publishing.manifest import Manifest

SNILS = "112-233-445 95"
WRITE = """
import sys
from pathlib import Path
from foundation.settings import Settings
from orchestration.audit.journal import Act, record
print("ready", flush=True)
sys.stdin.readline()
for number in range(int(sys.argv[2])):
    record(Settings(home=Path(sys.argv[1])), [Act("act", {"number": number, "process": sys.argv[3]})])
"""


def write(settings: Settings, *actions: str) -> None:
    for action in actions:
        record(settings, [Act(action, {})])


def entries(settings: Settings) -> list[dict[str, Any]]:
    return [json.loads(line) for line in journal_path(settings).read_bytes().splitlines() if line.endswith(b"}")]


def writer(settings: Settings, number: int, name: str) -> subprocess.Popen[str]:
    asked = [sys.executable, "-c", WRITE, str(settings.home), str(number), name]
    child = subprocess.Popen(asked, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    return child


def begin(child: subprocess.Popen[str]) -> None:
    assert child.stdin is not None
    child.stdin.write("\n")
    child.stdin.flush()


def test_an_act_says_who_what_and_when(settings: Settings) -> None:
    """Guards against a journal that others can read, and against people's numbers in it, kept for good."""
    record(settings, [Act("match_accept", {"held_id": 7, "municipality": f"Район {SNILS}"})], by="steward")
    record(settings, [Act("publish", {"release_id": "20261121T230000Z-1a2b"})])
    first, second = entries(settings)
    assert (first["by"], first["action"], first["details"]["held_id"]) == ("steward", "match_accept", 7)
    assert SNILS not in journal_path(settings).read_text(encoding="utf-8")
    assert second["details"] == {"release_id": "20261121T230000Z-1a2b"}
    assert second["by"]
    for path in (journal_path(settings), head_path(settings)):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    found = check_journal(settings)
    assert (found.lines, found.fault, found.torn) == (2, None, ())


def test_no_acts_write_nothing(settings: Settings) -> None:
    """Guards against an empty line, or a file made by a command that decided nothing."""
    record(settings, [])
    assert not journal_path(settings).exists()
    assert check_journal(settings).fault is None


@pytest.mark.parametrize("torn", [b'{"at":"2026', b"\x00\x00\x00", b"{}"])
def test_a_torn_line_is_kept_and_named(settings: Settings, torn: bytes) -> None:
    """Guards against a power cut that ends the journal, and against half a line swallowed with what follows it."""
    write(settings, "one", "two")
    with journal_path(settings).open("ab") as stream:
        stream.write(torn)
    found = check_journal(settings)
    assert (found.fault, found.torn) == (None, (3,))
    write(settings, "three", "four")
    assert journal_path(settings).read_bytes().split(b"\n")[2] == torn
    assert [entry.get("action") for entry in entries(settings) if entry] == ["one", "two", TORN, "three", "four"]
    found = check_journal(settings)
    assert (found.lines, found.fault, found.torn) == (6, None, (3,))


def test_killed_again_while_naming_a_torn_line(settings: Settings) -> None:
    """Guards against a forgery found where the process that mended a torn line was killed as well."""
    write(settings, "one")
    with journal_path(settings).open("ab") as stream:
        stream.write(b'{"at":"2026\n{"at":"20')
    assert check_journal(settings).torn == (2, 3)
    write(settings, "two")
    with journal_path(settings).open("ab") as stream:
        stream.write(b'{"at"\n')
    write(settings, "three")
    found = check_journal(settings)
    assert (found.fault, found.torn) == (None, (2, 3, 6))
    assert [entry["action"] for entry in entries(settings)] == ["one", TORN, "two", TORN, "three"]
    assert json.loads(head_path(settings).read_text(encoding="utf-8"))["lines"] == found.lines == 8


def test_a_line_that_lacks_its_newline_only_is_whole(settings: Settings) -> None:
    """Guards against an act that is written and then called torn."""
    write(settings, "one", "two")
    before = head_path(settings).read_bytes()
    write(settings, "three")
    journal_path(settings).write_bytes(journal_path(settings).read_bytes()[:-1])
    head_path(settings).write_bytes(before)
    write(settings, "four")
    assert [entry["action"] for entry in entries(settings)] == ["one", "two", "three", "four"]
    assert check_journal(settings).fault is None


def test_killed_between_a_line_and_its_head(settings: Settings) -> None:
    """Guards against a forgery found where a process was killed between two files."""
    for kept in (None, b""):
        write(settings, "act")
        if kept is None:
            head_path(settings).unlink()  # killed at the very first line
        assert check_journal(settings).fault is None
    write(settings, "two")
    before = head_path(settings).read_bytes()
    write(settings, "three", "four")
    head_path(settings).write_bytes(before)
    assert check_journal(settings).fault is None
    write(settings, "five")
    assert check_journal(settings).fault is None
    assert BROKEN not in {entry["action"] for entry in entries(settings)}


@pytest.mark.parametrize("lines_left", [0, 1, 3])
def test_lines_cut_off_stay_missed(settings: Settings, lines_left: int) -> None:
    """Guards against a journal whose last acts were removed and which the next act makes look whole again."""
    write(settings, *"abcde")
    lines = journal_path(settings).read_bytes().splitlines(keepends=True)
    journal_path(settings).write_bytes(b"".join(lines[:lines_left]))
    assert "последние удалены" in str(check_journal(settings).fault)
    write(settings, "later", "latest")
    assert "перед ней журнал был изменён или укорочен" in str(check_journal(settings).fault)


def test_a_removed_head_is_missed(settings: Settings) -> None:
    """Guards against the end cut off together with the record of the end."""
    write(settings, *"abc")
    head_path(settings).unlink()
    assert "нет записи о конце" in str(check_journal(settings).fault)
    write(settings, "later")
    assert check_journal(settings).fault is not None


def test_a_long_journal_is_not_read_at_each_act(settings: Settings) -> None:
    """Guards against a chain that goes wrong beyond the part that is read: lines of 100 kB, and many of them."""
    for number in range(5):
        record(settings, [Act("act", {"text": "я" * 50_000, "number": number})])
        record(settings, [Act("act", {"number": other}) for other in range(600)])
    found = check_journal(settings)
    assert (found.lines, found.fault) == (3005, None)


@pytest.mark.slow
def test_several_write_at_once(settings: Settings) -> None:
    """Guards against two acts that follow the same line: a steward decides while the night publishes."""
    children = [writer(settings, 40, str(number)) for number in range(3)]
    for child in children:
        begin(child)
    for child in children:
        child.communicate(timeout=60)
        assert child.returncode == 0
    found = check_journal(settings)
    assert (found.lines, found.fault) == (120, None)
    for number in range(3):
        own = [entry["details"]["number"] for entry in entries(settings) if entry["details"]["process"] == str(number)]
        assert own == list(range(40)), "each process's own order"


@pytest.mark.slow
def test_killed_anywhere(settings: Settings) -> None:
    """Guards against a kill that leaves a journal called forged, or one that takes no more acts."""
    for attempt in range(15):
        child = writer(settings, 100_000, "x")
        begin(child)
        time.sleep(0.01 + attempt * 0.003)
        os.kill(child.pid, signal.SIGKILL)
        child.communicate()
        assert check_journal(settings).fault is None
        write(settings, f"after {attempt}")
        assert check_journal(settings).fault is None
    after = [entry["action"] for entry in entries(settings) if entry["action"].startswith("after")]
    assert after == [f"after {attempt}" for attempt in range(15)]


def release(settings: Settings, release_id: str) -> None:
    """A current release, as far as the journal looks at it."""
    folder = settings.releases / release_id
    folder.mkdir(parents=True)
    Manifest(release_id, datetime(2026, 11, 21, tzinfo=UTC), None, None, "", {}).write(folder)
    settings.current.unlink(missing_ok=True)
    settings.current.symlink_to(folder)


def test_a_release_killed_before_its_line_is_told_by_the_next_night(settings: Settings) -> None:
    """Guards against a release that nobody published, and against one told twice or invented for an older home."""
    night = RefreshRecord(settings)
    release(settings, "first")
    night.journal_cut_short()
    assert not journal_path(settings).exists(), "an earlier version published it"
    night.journal(Act("publish", {"release_id": "second", "files": 0}))
    release(settings, "second")
    night.journal_cut_short()
    release(settings, "third")
    night.journal_cut_short()
    night.journal_cut_short()
    told = [(entry["details"]["release_id"], entry["details"].get("recorded")) for entry in entries(settings)]
    assert told == [("second", None), ("third", "later")]
    assert night.warnings == []


@pytest.mark.parametrize(
    "line", [b'{"action":"publish","previous":"0"}', b'"publish"', b'{"publish"', b'\xff"publish"']
)
def test_a_forged_journal_stops_no_night(settings: Settings, line: bytes) -> None:
    """Guards against a night that fails because somebody edited a journal."""
    release(settings, "first")
    journal_path(settings).write_bytes(line + b"\n")
    RefreshRecord(settings).journal_cut_short()
    found = check_journal(settings)
    assert found.fault is not None or found.torn == (1,), "said, whichever it is"


def test_a_journal_that_cannot_be_written_is_an_error_of_the_system(settings: Settings, tmp_path: Path) -> None:
    """Guards against an act that is not written and nobody told."""
    journal_path(settings).mkdir()
    with pytest.raises(OSError, match="directory"):
        write(settings, "act")
