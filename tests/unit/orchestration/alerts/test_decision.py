"""Any row of nights, the mail up or down: what a person knows from the letters is what is so."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.alerts.decision import Notice, decide, forget_what_ended, remember, take_events
from orchestration.alerts.memory import Told
from orchestration.alerts.signs import Sign, Situation

REMIND_AFTER = 3
START = date(2026, 11, 21)
TROUBLES = st.sampled_from([frozenset[str](), frozenset("a"), frozenset("b"), frozenset("ab")])
MOSTLY, SELDOM = st.sampled_from([True, True, True, False]), st.sampled_from([False, False, False, True])
NIGHTS = st.lists(st.tuples(TROUBLES, MOSTLY, SELDOM, st.booleans()), max_size=20)
"""Of each night: what is wrong, whether it is known, whether a file was refused, whether the mail is up."""


def sign(key: str) -> Sign:
    return Sign(key, f"{key} не работает", "починить")


def situation(keys: frozenset[str], known: bool, events: tuple[Sign, ...] = ()) -> Situation:
    return Situation(tuple(sign(key) for key in sorted(keys)), events, known, {})


def night(told: Told, now: Situation, day: date, *, mail_is_up: bool) -> Notice | None:
    """One night of one channel; what was delivered."""
    take_events(told, now)
    notice = decide(told, now, day, REMIND_AFTER)
    delivered = notice if mail_is_up else None
    if delivered is not None:
        remember(told, delivered, day)
    forget_what_ended(told, now)
    return delivered


@settings(max_examples=1000, deadline=None)
@given(nights=NIGHTS)
def test_letters_tell_what_is_so(nights: list[tuple[frozenset[str], bool, bool, bool]]) -> None:
    """Guards against a trouble nobody was told of, an all-clear while one lasts, and an event told twice or never."""
    told = Told()
    believed: set[str] = set()  # what a reader of the letters takes for broken
    events_sent: list[str] = []
    events_had: list[str] = []
    for number, (keys, known, refused, mail_is_up) in enumerate(nights):
        events = (sign(f"file {number}"),) if refused else ()
        events_had += [event.key for event in events]
        before = set(believed)
        letter = night(told, situation(keys, known, events), START + timedelta(days=number), mail_is_up=mail_is_up)
        if letter is not None and letter.event == "all_clear":
            assert known
            assert not keys
            assert before, "nothing was told, so nothing is taken back"
            believed = set()
        elif letter is not None:
            named = {one.key for one in letter.new + letter.known}
            events_sent += sorted(named & set(events_had))
            believed |= named - set(events_had)
            assert keys <= named, "a letter names all that lasts"
        if mail_is_up and keys:
            assert keys <= believed
        if mail_is_up and known and not keys and not (letter and letter.event == "trouble"):
            assert believed == set()
    assert sorted(events_sent) == sorted(set(events_sent)), "an event is told once"
    if nights and nights[-1][3]:
        assert sorted(events_sent) == sorted(events_had)


@settings(deadline=None)
@given(quiet=st.integers(min_value=0, max_value=10), length=st.integers(min_value=1, max_value=20))
def test_one_letter_one_reminder_one_end(quiet: int, length: int) -> None:
    """Guards against a letter a night, and a reminder a night."""
    told, letters = Told(), []
    days = [frozenset[str]()] * quiet + [frozenset("a")] * length + [frozenset[str]()] * 5
    for number, keys in enumerate(days):
        letters.append(night(told, situation(keys, True), START + timedelta(days=number), mail_is_up=True))
    sent = {number: letter.event for number, letter in enumerate(letters) if letter}
    reminder = {quiet + REMIND_AFTER: "reminder"} if length > REMIND_AFTER else {}
    assert sent == {quiet: "trouble", **reminder, quiet + length: "all_clear"}
    assert told == Told()


def test_a_trouble_that_comes_back_beside_another_is_new() -> None:
    """Guards against «a» told on Monday, gone on Tuesday, back on Wednesday, and nobody told because «b» lasted."""
    told, sent = Told(), []
    for number, keys in enumerate(("ab", "b", "ab")):
        letter = night(told, situation(frozenset(keys), True), START + timedelta(days=number), mail_is_up=True)
        sent.append({one.key for one in letter.new} if letter else None)
    assert sent == [{"a", "b"}, None, {"a"}]


def test_an_end_is_told_when_the_mail_is_back() -> None:
    """Guards against a trouble that stays for ever in the mind of whoever was told of it."""
    told, sent = Told(), []
    for number, (keys, mail_is_up) in enumerate((("a", True), ("", False), ("", True), ("", True))):
        now = situation(frozenset(keys), True)
        letter = night(told, now, START + timedelta(days=number), mail_is_up=mail_is_up)
        sent.append(letter.event if letter else None)
    assert sent == ["trouble", None, "all_clear", None]


def test_what_is_not_seen_while_a_refresh_runs_is_not_told_anew() -> None:
    """Guards against a second letter about «b» because the hourly look saw «a» alone, in the middle of a refresh."""
    told, sent = Told(), []
    for number, (keys, is_known) in enumerate((("ab", True), ("a", False), ("ab", True))):
        now = situation(frozenset(keys), is_known)
        sent.append(night(told, now, START + timedelta(days=number), mail_is_up=True) is not None)
    assert sent == [True, False, False]


def test_a_clock_set_back_silences_nothing() -> None:
    """Guards against an error, or a lost end, when the day told lies in the future."""
    told = Told()
    night(told, situation(frozenset("a"), True), START + timedelta(days=400), mail_is_up=True)
    assert night(told, situation(frozenset("a"), True), START, mail_is_up=True) is None
    letter = night(told, situation(frozenset("ab"), True), START, mail_is_up=True)
    assert letter is not None
    assert [one.key for one in letter.new] == ["b"]
    end = night(told, situation(frozenset(), True), START, mail_is_up=True)
    assert end is not None
    assert end.event == "all_clear"
