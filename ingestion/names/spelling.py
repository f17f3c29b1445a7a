"""A name of an organisation as one text in one spelling, before it is taken apart (name_parts.py)."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from rapidfuzz.distance import OSA

from foundation.text import fold, folded, plain, spaced, unify_look_alikes
from schemas.catalogue import name_words, territory_abbreviations, territory_words_with_marks

QUOTES = re.compile(r"[«»“”„<>\"'`]+")
LETTER_OF_NUMBER = re.compile(r"(?<=\d) ?[«“„<\"'`]+([А-ЯЁа-яё])[»”“>\"'`]+")
"""«№ 3 «В»»: without its marks the letter would be a preposition."""
JOINED = re.compile(r"(?<=[а-яё])(?=[А-ЯЁ])|(?<=[А-ЯЁ]{2})(?!(?<=О)У)(?=[А-ЯЁ][а-яё]{2})|(?<=ОУ)(?=[а-яё]{3})")
"""«АрсентьевскаяСОШ», «СОШНовая», «МБОУсредняя»."""
TITLE = re.compile(r"[А-ЯЁа-яё]+(?: [А-ЯЁа-яё]+)*")
DIGIT = re.compile(r"\d")
GLUED_DIGITS = re.compile(r"(?<=[а-я])(?=\d)|(?<=\d)(?=[а-я]{3})")
LOOSE_HYPHEN = re.compile(r"(?<=[а-яА-ЯёЁ]) ?- ?(?=[а-яА-ЯёЁ])")
INITIALS = re.compile(r"\b[А-ЯЁ]\. ?[А-ЯЁ]\. ?(?=[А-ЯЁ][а-яё])")
INITIALS_OF_HONOREE = r"((?:[а-я]\. ?){1,2})(?=[а-я]{3})"
"""In a folded text, right behind «имени» and titles: «, п. Новый» behind the name is a settlement."""
SURNAME = r"[а-я]{3,}(?:-[а-я]+)*"
PREPOSITION = re.compile(r"^(?:во?|на|из) ")
CODE_IN_FRONT = re.compile(r"^(?:[A-Za-z]*\d[\w.]*\s*[|/]\s*|\d+[.)]\s+(?=\D))")
"""«sch249654 / МБОУ …», «12. МБОУ …»: an identifier of the sender's system, or the number of his line."""
NUMBER_SIGN = re.compile(r"(?:№|#|\bномер\b|\bn[o0]?\.?(?= ?\d))")
DASHED_NUMBER = re.compile(r"(?<=[а-я])-(?=\d+\b)")
HOUSE = r"(?:\s*,?\s*(?:(?:д|дом|стр|строение|кв|оф|каб)\.?\s*)?\d+(?:[/-]\d+)?\s?[а-я]?(?![а-я]))*"
SHORTEST_MENDED = 5
"""Letters of a word long enough for one wrong letter to leave no doubt."""


@dataclass(frozen=True)
class Readable:
    """A name folded; the part of the organisation that it goes on to; whether a slip of the pen was put right."""

    text: str
    part: str
    is_mended: bool
    initials: str = ""
    """The honoree's; they are no part of the text."""
    titles: tuple[str, ...] = ()
    """Words in quotes of their own behind a number: «Детский сад № 5 «Ромашка»»."""


def readable(text: str) -> Readable:
    """A name folded, in words spelled out.

    Lost spaces are put back («АрсентьевскаяСОШ», «"Ясная"района», «СОШ13»), words cut short are spelled out
    («осн. шк.»), and what says nothing of the organisation is taken off: initials, a code in front, an address behind.
    """
    quoted = unify_look_alikes(CODE_IN_FRONT.sub("", plain(text)))
    titles: tuple[str, ...] = ()
    if QUOTES.search(quoted):
        titles = _titles(quoted)
        quoted = QUOTES.sub(" ", LETTER_OF_NUMBER.sub(r"\1", quoted))
    parted = spaced(JOINED.sub(" ", quoted))
    initials = INITIALS.search(parted)
    joined = LOOSE_HYPHEN.sub("-", INITIALS.sub("", parted) if initials else parted)
    spelled_out = _spelled_out(folded(joined), initials[0] if initials else "")
    return replace(spelled_out, titles=titles) if titles else spelled_out


def _titles(text: str) -> tuple[str, ...]:
    """Words that stand by themselves between two marks, behind a number."""
    before, *pieces = QUOTES.split(text)
    titles: list[str] = []
    for piece in pieces[:-1]:
        if TITLE.fullmatch(piece) and DIGIT.search(before):
            titles.append(fold(piece))
        before += piece
    return tuple(titles)


@lru_cache(maxsize=65536)
def _spelled_out(name: str, letters: str) -> Readable:
    """A folded name in words spelled out; `letters` are initials found before it was folded."""
    whole = _statuses().sub("", PREPOSITION.sub("", _street().sub("", name) if "," in name else name))
    folded = _parts().sub("", whole)
    part = whole[len(folded) :].strip(" ,;()-")
    if honour := honour_pattern().search(folded):
        honoree, of_honoree = _without_initials(folded[honour.end() :])
        folded, letters = folded[: honour.end()] + honoree, letters or of_honoree
    if _any_territory().search(folded):
        for pattern, word in territory_abbreviations():
            folded = pattern.sub(word, folded)
    pattern, words_of = _abbreviations()
    folded = pattern.sub(lambda match: words_of[match[1]], folded)
    folded = GLUED_DIGITS.sub(" ", DASHED_NUMBER.sub(" ", NUMBER_SIGN.sub(" № ", _glued().sub(r"\1 ", folded))))
    words = folded.split()
    mended = [_mended(word) for word in words]
    return Readable(" ".join(mended), part, mended != words, fold(letters).replace(" ", ""))


@lru_cache
def _any_territory() -> re.Pattern[str]:
    """What may be one of the abbreviations: most names have none, and need no try of each."""
    return re.compile("|".join(sorted(map(re.escape, territory_words_with_marks()))))


@lru_cache
def _glued() -> re.Pattern[str]:
    """«МБОУСОШ», «ТИХАЯСОШ»: a legal form or an adjective of a place, and the type, in one word."""
    words = name_words()
    owners = "|".join(letters for owner in words["owners"].values() for letters in owner["letters"])
    endings = "|".join(one for kind, several in words["kinds"].items() if kind for one in several if " " not in one)
    form = rf"(?:{owners})?[{''.join(words['manner_letters'])}]?(?:{endings})"
    return re.compile(rf"(?<![\w-])({form}|[а-я-]+ская)(?=(?:{'|'.join(words['glued'])})(?![а-я-]))")


@lru_cache
def honour_pattern() -> re.Pattern[str]:
    """«имени » in a folded name."""
    return re.compile(rf"(?<![\w-])(?:{'|'.join(name_words()['honours'])})\.? ?(?=[а-я])")


def _without_initials(honoree: str) -> tuple[str, str]:
    """What stands behind «имени», and the initials before or behind the surname."""
    for pattern in _initials_of_honoree():
        if match := pattern.search(honoree):
            return f"{match[1]} {honoree[match.end() :]}".lstrip(), match[2]
    return honoree, ""


@lru_cache
def _initials_of_honoree() -> tuple[re.Pattern[str], ...]:
    """In front, and behind the surname: before a word «р.п. Новый», «м.о.», «с. Новое» are none."""
    words = name_words()
    titles = rf"(?:(?:{'|'.join(map(re.escape, words['titles']))}) )*"
    settlements = [one for several in words["settlements"].values() for one in several if one.endswith(".")]
    municipalities = [pattern.pattern for pattern, _ in territory_abbreviations()]
    places = "|".join([*map(re.escape, ["г.", *settlements]), *municipalities])
    behind = rf" ((?!(?:{places}) ?[а-я]{{2}})(?:[а-я]\. ?){{1,2}})(?=[^а-я]|[а-я]{{2}}|$)"
    return re.compile(rf"^({titles}){INITIALS_OF_HONOREE}"), re.compile(rf"^({titles}{SURNAME}){behind}")


@lru_cache
def _parts() -> re.Pattern[str]:
    """«(корпус № 2)», «- дошкольные группы», and all that is said of it to the end."""
    words = "|".join(map(re.escape, name_words()["parts"]))
    return re.compile(rf"[\s,;(-]+(?:{words})(?![\w-])[^()]*\)?$")


@lru_cache
def _statuses() -> re.Pattern[str]:
    """«- базовая школа», «(ресурсный центр)» and nothing behind it; without a mark before it, it is the name."""
    words = "|".join(map(re.escape, name_words()["statuses"]))
    return re.compile(rf"\s*[,;(-]\s*(?:{words})\)?$")


@lru_cache
def _street() -> re.Pattern[str]:
    """«, ул. Школьная, д. 5» at the end; with more behind («…, филиал», «…, с. Ивановка») it stays: held."""
    words = name_words()
    streets = "|".join(map(re.escape, words["streets"]))
    organisations = "|".join(map(re.escape, [*words["sites"], *words["parts"], *words["unmistakable"]]))
    settlements = "|".join(re.escape(one) for some in words["settlements"].values() for one in some)
    telling = rf"(?<![\w-])(?:{organisations}|(?:{settlements}) ?[а-я])"
    street = rf"(?:(?!{telling})[^,()№])*?"
    return re.compile(rf",\s*(?:{streets})\b{street}{HOUSE}\s*$")


@lru_cache
def _abbreviations() -> tuple[re.Pattern[str], dict[str, str]]:
    """Any word cut short, and what each is short for."""
    words = {short: f"{word} " for word, several in name_words()["abbreviations"].items() for short in several}
    any_of = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    return re.compile(rf"(?<![\w-])({any_of})(?![^\W\d]|-) ?"), words


@lru_cache(maxsize=65536)
def _mended(word: str) -> str:
    """The common word that was meant, where one letter is wrong, missing, too many or in another's place."""
    if len(word) < SHORTEST_MENDED - 1:
        return word
    common = name_words()["unmistakable"]
    if word in common:
        return word
    near = [one for one in common if len(one) >= SHORTEST_MENDED and OSA.distance(word, one, score_cutoff=1) <= 1]
    return near[0] if len(near) == 1 else word
