"""What happens to a name when it is typed, copied and exported."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from benchmarks.matching.words import words

LATIN = dict(zip("АВЕКМНОРСТХаеорсух", "ABEKMHOPCTXaeopcyx", strict=True))
GLUED = ((" СОШ", "СОШ"), (" ООШ", "ООШ"), ("МБОУ ", "МБОУ"), ("МКОУ ", "МКОУ"), (" №", "№"))
LETTERS = "оаеинтсрвлкмдпу"


@dataclass(frozen=True)
class Typing:
    """`places`: words that name a place, in which a slip of the hand counts most."""

    random: Random
    text: str
    places: tuple[str, ...]
    known: frozenset[str]


@dataclass(frozen=True)
class TextVariation:
    """`change` gives the text written otherwise, or the same where it cannot apply."""

    name: str
    weight: int
    change: Callable[[Typing], str]


def _spaces(typing: Typing) -> str:
    return typing.text.replace(" ", typing.random.choice(("  ", "\u00a0", " \u00a0")), 1) + " "


def _glued(typing: Typing) -> str:
    choices = [pair for pair in GLUED if pair[0] in typing.text]
    return typing.text.replace(*typing.random.choice(choices), 1) if choices else typing.text


def _line_number(typing: Typing) -> str:
    number = typing.random.randrange(1, 60)
    return typing.random.choice(("{}. {}", "{}) {}", "{} {}")[:2]).format(number, typing.text)


def _code(typing: Typing) -> str:
    return f"sch24{typing.random.randrange(10_000):04d} | {typing.text}"


def _address(typing: Typing) -> str:
    street = typing.random.choice(words()["streets"])
    return f"{typing.text}, ул. {street}, {typing.random.choice(('д. ', ''))}{typing.random.randrange(1, 80)}"


def _remark(typing: Typing) -> str:
    return typing.text + str(typing.random.choice(words()["remarks"]))


def _latin(typing: Typing) -> str:
    """One to four letters that look alike, or all capitals of an abbreviation."""
    places = [number for number, letter in enumerate(typing.text) if letter in LATIN]
    chosen = set(typing.random.sample(places, min(len(places), typing.random.randrange(1, 5))))
    return "".join(LATIN[letter] if number in chosen else letter for number, letter in enumerate(typing.text))


def _latin_abbreviation(typing: Typing) -> str:
    return re.sub(
        r"\b[А-Я]{3,6}\b", lambda found: "".join(LATIN.get(letter, letter) for letter in found[0]), typing.text
    )


def _typo_in_place(typing: Typing) -> str:
    """A slip in the name of a village; one that gives another village is left alone, for it is no slip to a reader."""
    chosen = [word for word in typing.places if word in typing.text]
    if not chosen:
        return typing.text
    word = typing.random.choice(chosen)
    slipped = _slip(typing.random, word)
    return typing.text if slipped[:-2].lower() in typing.known else typing.text.replace(word, slipped, 1)


def _slip(random: Random, word: str) -> str:
    """A letter lost, doubled, replaced or exchanged, behind the first three."""
    at = random.randrange(2, max(3, len(word) - 3))
    return random.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + random.choice(LETTERS) + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        )
    )


def _typo_in_service_word(typing: Typing) -> str:
    wrong = {right: slips for right, slips in words()["former_words"].items() if right in typing.text}
    if not wrong:
        return typing.text
    right = typing.random.choice(sorted(wrong))
    return typing.text.replace(right, typing.random.choice(wrong[right]), 1)


TEXT_VARIATIONS = (
    TextVariation("прописными", 5, lambda typing: typing.text.upper()),
    TextVariation("строчными", 2, lambda typing: typing.text.lower()),
    TextVariation("ё как е", 10, lambda typing: typing.text.replace("ё", "е").replace("Ё", "Е")),
    TextVariation("пробелы", 6, _spaces),
    TextVariation("слова слитно", 3, _glued),
    TextVariation(
        "дефис с пробелами", 3, lambda typing: typing.text.replace("-", typing.random.choice((" - ", "–", " – ")))
    ),
    TextVariation("номер строки", 1, _line_number),
    TextVariation("код впереди", 1, _code),
    TextVariation("адрес в конце", 1, _address),
    TextVariation("пометка в конце", 1, _remark),
    TextVariation("точка в конце", 2, lambda typing: f"{typing.text}."),
    TextVariation("латинские буквы", 3, _latin),
    TextVariation("латинские сокращения", 2, _latin_abbreviation),
    TextVariation("опечатка в названии места", 3, _typo_in_place),
    TextVariation("опечатка в служебном слове", 3, _typo_in_service_word),
)
