"""vitrina forget: what it asks, what it says, and that it never says whose rows they were."""

import io
import json
import os
import pty
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from foundation.settings import Settings
from ingestion.forget import PersonRows, find_person, forget_person, person_key_of, secret_for_people
from orchestration.lock import refresh_is_running

pytestmark = pytest.mark.slow

VITRINA = Path(sys.executable).with_name("vitrina")
Run = Callable[..., tuple[int, str, str]]
LOCAL_FLAGS = 3
"""Where tcgetattr has the flag of echo."""


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Lines that stand in stdin, which is no terminal."""
    return lambda text: monkeypatch.setattr("sys.stdin", io.StringIO(text))


def said_of(settings: Settings, snils: str, *texts: str) -> list[str]:
    """Which of a person's marks stand in texts or in logs of the home."""
    digits = "".join(symbol for symbol in snils if symbol.isdigit())
    marks = [snils, digits, snils[:11], person_key_of(secret_for_people(settings), snils)]
    logs = [path.read_text(encoding="utf-8") for path in settings.reports.glob("*.log")]
    return [mark for mark in marks if any(mark in text for text in [*texts, *logs])]


def test_a_person_is_removed_after_a_question_in_counts(
    school: Settings, run: Run, typed: Callable[[str], None], anna: str
) -> None:
    """Guards against a deletion nobody confirmed, and against an answer that hides what stays elsewhere."""
    typed(f"{anna}\nнет\n")
    code, out, err = run("forget")
    assert (code, out) == (1, "")
    assert "Кадры — 1 строка" in err
    assert "файлов: 2" in err
    assert "Ничего не удалено" in err
    typed(f"{anna.replace('-', ' ')}\nДа\n")
    code, out, err = run("forget")
    assert code == 0
    assert all(text in out for text in ("vitrina refresh", "«staff.csv»", "«frdo.csv»", "vitrina purge", "отправител"))
    assert said_of(school, anna, out, err) == []
    typed(f"{anna}\n")
    code, _, err = run("forget", "--yes")
    assert code == 1
    assert "ничего не удалено" in err


def test_json_has_counts_and_nothing_else_on_stdout(
    school: Settings, run: Run, typed: Callable[[str], None], anna: str
) -> None:
    """Guards against a question or advice in what a program reads."""
    typed(f"{anna}\nда\n")
    code, out, err = run("forget", "--json")
    assert code == 0
    answer = json.loads(out)
    assert (answer["rows"], [kind["kind"] for kind in answer["kinds"]]) == (2, ["staff", "training_record"])
    assert said_of(school, anna, out, err) == []
    typed(anna)
    code, out, _ = run("forget", "--json", "--yes")
    assert (code, json.loads(out)["rows"]) == (1, 0)


@pytest.mark.parametrize("number", ["112-233-445 96", "112-233-445", "Анна Озёрная", ""])
def test_a_wrong_number_is_a_usage_error_that_does_not_repeat_it(
    school: Settings, run: Run, typed: Callable[[str], None], number: str
) -> None:
    """Guards against a typing error taken for «no such person», and against the number in a message."""
    typed(f"{number}\n")
    code, out, err = run("forget", "--yes")
    assert (code, out) == (2, "")
    assert "СНИЛС" in err
    assert not number or number not in err


@pytest.mark.parametrize("arguments", [("112-233-445", "95"), ("--snils=112-233-445 95",), ("11223344595", "--yes")])
def test_a_number_on_the_command_line_is_refused_and_not_repeated(
    school: Settings, run: Run, arguments: tuple[str, ...]
) -> None:
    """Guards against a СНИЛС accepted where the shell's history keeps it, or repeated in the refusal."""
    code, out, err = run("forget", *arguments)
    assert (code, out) == (2, "")
    assert "истори" in err
    assert "112" not in err


def test_no_answer_deletes_nothing(school: Settings, run: Run, typed: Callable[[str], None], anna: str) -> None:
    """Guards against a script that forgets to confirm and deletes all the same."""
    typed(f"{anna}\n")
    code, _, err = run("forget")
    assert code == 2
    assert "--yes" in err
    assert find_person(school, person_key_of(secret_for_people(school), anna)).rows == 2


def test_the_lock_is_taken_for_the_deletion_and_free_for_the_question(
    school: Settings, run: Run, anna: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards against two writers of one build, and against a question that stops the nightly refresh."""
    locked = []

    def answer(_: str) -> bool:
        locked.append(refresh_is_running(school))
        return True

    def remove(settings: Settings, key: str) -> PersonRows:
        locked.append(refresh_is_running(settings))
        return forget_person(settings, key)

    monkeypatch.setattr("cli.forget.is_confirmed", answer)
    monkeypatch.setattr("cli.forget.hidden_line", lambda _: anna)
    monkeypatch.setattr("ingestion.forget.forget_person", remove)
    assert run("forget")[0] == 0
    assert locked == [False, True]


def test_an_unexpected_failure_says_nothing_of_the_person(
    school: Settings, run: Run, typed: Callable[[str], None], anna: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards against the key in a database error's message, printed or written to an error log."""
    key = person_key_of(secret_for_people(school), anna)

    def fail(*_: object) -> None:
        raise RuntimeError(f"constraint violated by {key} of {anna}")

    monkeypatch.setattr("ingestion.forget._narrow_periods", fail)
    typed(anna)
    code, out, err = run("forget", "--yes")
    assert code == 3
    assert list(school.reports.glob("error_*.log"))
    assert said_of(school, anna, out, err) == []
    assert find_person(school, key).rows == 2


@pytest.mark.slow
def test_at_a_terminal_the_number_is_not_shown(school: Settings, anna: str) -> None:
    """Guards against a СНИЛС left on the screen and in the terminal's scrollback."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "VITRINA_HOME": str(school.home)}
    process = subprocess.Popen(
        [str(VITRINA), "forget"], stdin=theirs, stdout=theirs, stderr=theirs, env=environment,
        start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    for prompt, answer, is_hidden in (("СНИЛС".encode(), anna, True), ("[да/нет]".encode(), "да", False)):
        while prompt not in shown:
            shown += os.read(ours, 4096)
        while is_hidden and termios.tcgetattr(ours)[LOCAL_FLAGS] & termios.ECHO:
            time.sleep(0.01)  # echo is switched off around the question
        os.write(ours, f"{answer}\n".encode())
    while True:
        try:
            part = os.read(ours, 4096)
        except OSError:  # how Linux says that the other end is closed
            break
        shown += part
        if not part:
            break
    os.close(ours)
    assert process.wait() == 0
    text = shown.decode()
    assert "Удалено: Кадры — 1 строка" in text
    assert said_of(school, anna, text) == []
