"""A name of an organisation taken apart: owner, type, number, root, honoree, places. Both sides are read alike.

What a part is made of is data: schemas/catalogues/name_words.yaml, organisation_types.yaml, territory_words.yaml.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from ingestion.place_names import REGION, REPUBLIC, WORDS, MunicipalityName, stem
from schemas.catalogue import name_words, organisation_types, territory_abbreviations
from schemas.settings import per_home
from schemas.text import as_whole_words, fold, plain, unify_look_alikes

JOINED = re.compile(r"(?<=[а-яё])(?=[А-ЯЁ]{2,})|(?<=[»”])(?=\w)|(?<=\w)(?=[«“„])")
GLUED_QUOTE = re.compile(r"(?<=\w)[\"'](?=\w)")
LOOSE_HYPHEN = re.compile(r"(?<=[а-яА-ЯёЁ]) ?- ?(?=[а-яА-ЯёЁ])")
INITIALS = re.compile(r"\b[А-ЯЁ]\. ?[А-ЯЁ]\. ?(?=[А-ЯЁ][а-яё])")
PREPOSITION = re.compile(r"^(?:во?|на|из) ")
SIGNED_NUMBER = re.compile(r"(?:№|\bn[o0]?\.?) ?(\d+)")
BARE_NUMBER = re.compile(r"(?<![\d-])\b(\d+)\b(?!-)")
CITY = re.compile(r"\b(?:г(?:ор)?(?:\. ?| )|город(?:а|е|у|ом)? )([а-я]+(?:-[а-я]+)*)")
"""«г. Коврова», «г Ковров», «города Коврова»; a word that merely begins with «г» is no city."""
DISTRICT = re.compile(
    r"\b([а-я]+(?:-[а-я]+)*) (?:(?:муниципальн|городск)[а-я]+ )?(?:район[а-я]*|округ[а-я]*)(?![а-я-])"
)
SCHOOL = "школа"


@dataclass(frozen=True)
class Place:
    """A place that a name mentions: its level («район», «город», «регион», «село»…) and its stem."""

    level: str
    stem: str

    def is_municipality(self, municipality: MunicipalityName) -> bool:
        if self.stem != municipality.stem:
            return False
        if self.level == "район":
            return municipality.level == "район" or (not municipality.level and municipality.is_adjective)
        return (
            self.level == "город"
            and (municipality.level == "город" or not municipality.is_adjective)
            and (municipality.level != "район")
        )

    @property
    def as_municipality(self) -> MunicipalityName | None:
        """The municipality it may name; a settlement or a region names none."""
        if self.level not in {"район", "город"}:
            return None
        return MunicipalityName(self.stem, self.level, self.level == "район")


@dataclass(frozen=True)
class NameParts:
    """What a name says; a part it does not say is empty. `type` is SCHOOL where it says no more than that."""

    owner: str
    type: str
    is_type_said: bool
    """Whether a word of its own says the type, and not only the legal form."""
    number: str
    root: frozenset[str]
    honoree: frozenset[str]
    places: frozenset[Place]


@lru_cache(maxsize=262144)
def name_parts(text: str) -> NameParts:
    """Take a name apart."""
    rest = _readable(text)
    rest, places = _places(rest)
    rest, owner, kind = _legal_form(rest)
    rest, kind, is_said = _type(rest, kind)
    rest, number = _number(rest, SIGNED_NUMBER)  # also behind an honoree, whose bare digits are no number of a school
    rest, honoree = _honoree(rest)
    if not number:
        rest, number = _number(rest, BARE_NUMBER)
    fillers = frozenset(name_words()["fillers"])
    root = frozenset(word for word in WORDS.findall(rest) if word not in fillers)
    return NameParts(owner, kind, is_said, number, root, honoree, places)


def _readable(text: str) -> str:
    """Folded, with lost spaces put back («АрсентьевскаяСОШ», «"Ясная"района») and initials taken off."""
    spaced = JOINED.sub(" ", GLUED_QUOTE.sub(" ", unify_look_alikes(plain(text)))).replace("№", " № ")
    joined = LOOSE_HYPHEN.sub("-", INITIALS.sub("", spaced))
    folded = PREPOSITION.sub("", fold(joined))
    for pattern, word in territory_abbreviations():
        folded = pattern.sub(word, folded)
    return plain(folded)


def _places(name: str) -> tuple[str, frozenset[Place]]:
    """Take «г. Коврова», «Енисейского района», «Тверской обл.», «с. Ивановка» out of a folded name."""
    found = set()
    for pattern, level in (
        (REGION, "регион"),
        (REPUBLIC, "регион"),
        (DISTRICT, "район"),
        (CITY, "город"),
        *_settlements(),
    ):
        while match := pattern.search(name):
            if not stem(match[1]):
                break
            found.add(Place(level, stem(match[1])))
            name = plain(f"{name[: match.start()]} {name[match.end() :]}")
    return name, frozenset(found)


@lru_cache
def _settlements() -> tuple[tuple[re.Pattern[str], str], ...]:
    listed = name_words()["settlements"].items()
    return tuple(
        (re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, words))}) ?([а-я]+(?:-[а-я]+)*)"), level)
        for level, words in listed
    )


@lru_cache
def _form_patterns() -> tuple[tuple[re.Pattern[str], str, str | None], ...]:
    """Legal forms in words and in letters, each with its owner and, of letters, the type they say."""
    words = name_words()
    nouns = "|".join(words["form_nouns"])
    manners = "".join(words["manner_letters"])
    patterns: list[tuple[re.Pattern[str], str, str | None]] = []
    for owner, said in words["owners"].items():
        beginning = rf"(?<![\w-])(?:{'|'.join(said['words'])})\w* (?:[а-я()-]+ ){{0,6}}?(?:{nouns})\w*"
        patterns.append((re.compile(beginning + r"(?: дополнительного образования)?"), owner, None))
        for kind, letters in words["kinds"].items():  # in its order: «МКУ ДО» before «МКУ»
            ending = "|".join(sorted(letters, key=len, reverse=True))
            abbreviation = rf"(?<![\w-])(?:{'|'.join(said['letters'])})[{manners}]?(?:{ending})(?![\w-])"
            patterns.append((re.compile(abbreviation), owner, kind))
    for kind, letters in words["kinds"].items():
        if kind:  # «У» alone is a word
            bare = "|".join(sorted(letters, key=len, reverse=True))
            patterns.append((re.compile(rf"(?<![\w-])[{manners}]?(?:{bare})(?![\w-])"), "", kind))
    return tuple(patterns)


def _legal_form(name: str) -> tuple[str, str, str]:
    """The rest, the owner, and the type that the form alone says («МБДОУ» is a kindergarten's)."""
    words = name_words()
    owner = kind = ""
    for pattern, said, of_letters in _form_patterns():
        match = pattern.search(name)
        if match is None:
            continue
        in_words = next(
            (type_ for type_, stems in words["kind_words"].items() if any(one in match[0] for one in stems)), ""
        )
        # «Краевое государственное»: the first owner named is told, the others are part of the same form.
        owner, kind = owner or said, kind or of_letters or in_words
        name = plain(f"{name[: match.start()]} {name[match.end() :]}")
    return name, owner, kind


def _number(name: str, pattern: re.Pattern[str]) -> tuple[str, str]:
    match = pattern.search(name)
    if match is None:
        return name, ""
    return plain(f"{name[: match.start()]} {name[match.end() :]}"), match[1].lstrip("0")


def _honoree(name: str) -> tuple[str, frozenset[str]]:
    """«имени Героя … А. Г. Сказкина» to the words of the name itself, without titles and initials."""
    words = name_words()
    match = re.search(rf"(?<![\w-])(?:{'|'.join(words['honours'])})\.? ?(?=[а-я])(.*)$", name)
    if match is None:
        return name, frozenset()
    named = [word for word in re.findall(r"[а-я]+(?:-[а-я]+)*", match[1]) if len(word) > 1]
    return plain(name[: match.start()]), frozenset(named) - set(words["titles"])


@per_home
def _type_patterns() -> tuple[tuple[re.Pattern[str], str, bool], ...]:
    """Spellings of types as whole words, the longest first; whether one counts only after a legal form."""
    words = name_words()
    left_out = {*words["no_types"], *words["any_school"]}
    spelled = [
        (LOOSE_HYPHEN.sub("-", spelling), entry.title)
        for entry in organisation_types()
        if entry.title in words["types_in_names"]
        for spelling in entry.spellings - left_out
    ]
    spelled += [(spelling, SCHOOL) for spelling in words["any_school"]]
    guarded = set(words["only_after_form"])
    ordered = sorted(set(spelled), key=lambda pair: (pair[1] == SCHOOL, -len(pair[0]), pair))
    return tuple((as_whole_words(text), title, text in guarded) for text, title in ordered)


def _type(name: str, of_form: str) -> tuple[str, str, bool]:
    """The rest, the type, and whether the name says it in a word of its own."""
    for pattern, title, is_guarded in _type_patterns():
        if is_guarded and of_form != SCHOOL:
            continue
        if pattern.search(name):
            return plain(pattern.sub(" ", name)), title, True
    return name, "" if of_form == SCHOOL else of_form, False
