"""A name of an organisation taken apart: owner, type, number, root, honoree, places. Both sides are read alike.

What a part is made of is data: schemas/catalogues/name_words.yaml, organisation_types.yaml, territory_words.yaml.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from ingestion.kinship import QUALITY, inflected, settlement_stem
from ingestion.name_text import LOOSE_HYPHEN, honour_pattern, readable
from ingestion.place_names import REGION, REPUBLIC, WORDS, MunicipalityName, stem
from schemas.catalogue import name_words, organisation_types, territory_words
from schemas.settings import per_home
from schemas.text import as_whole_words, plain

SIGNED_NUMBER = re.compile(r"№ ?(\d+(?:[ -]?[а-я](?![\w.-]| \w))?)")
"""«№ 4в», «№ 4 «В»» with its letter; in «№ 4 с углубленным …» it is a word."""
UNREAD_NUMBER = re.compile("№")
"""A sign left over: the number behind it could not be read, and could be any."""
BARE_NUMBER = re.compile(r"(?<![\d-])\b(\d+)\b(?!-)")
CITY = re.compile(r"\b(?:г(?:ор)?(?:\. ?| )|город(?:а|е|у|ом)? )([а-я]+(?:-[а-я]+)*)")
"""«г. Коврова», «г Ковров», «города Коврова»; a word that merely begins with «г» is no city."""
DISTRICT = re.compile(
    r"\b([а-я]+(?:-[а-я]+)*) (?:(?:муниципальн|городск)[а-я]+ )?(?:район[а-я]*|округ[а-я]*)(?![а-я-])"
    r"|\b([а-я]+(?:-[а-я]+)*ск(?:ого|ий|ом)) (?:мо|мр|го)(?![а-я-])"
)
SCHOOL = "школа"
TOGETHER = " + "
"""Between the types, or numbers, of a site and of its entity."""


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
    def is_settlement(self) -> bool:
        return self.level not in {"район", "город", "регион"}

    @property
    def as_municipality(self) -> MunicipalityName | None:
        """The municipality it may name; a settlement or a region names none."""
        if self.level not in {"район", "город"}:
            return None
        return MunicipalityName(self.stem, self.level, self.level == "район")


@dataclass(frozen=True)
class NameParts:
    """What a name says; a part it does not say is empty. `type` is SCHOOL where it says no more than that.

    Of a site beside its entity («Ясная НОШ - филиал МБОУ Тихая СОШ») the types and numbers of both are told together:
    which comes first differs from writer to writer.
    """

    owner: str
    type: str
    is_type_said: bool
    """Whether a word of its own says the type, and not only the legal form."""
    number: str
    root: frozenset[str]
    honoree: frozenset[str]
    places: frozenset[Place]
    is_site: bool = False
    part: str = ""
    """A part of the organisation that it goes on to («корпус № 2»), whose rows are not those of the whole."""
    is_mended: bool = False
    """Whether a slip of the pen in a common word was put right: enough for a steward, or within a municipality."""
    form: str = ""
    """What the legal form says of the type, where the name itself says another («ГБПОУ «Лицей № 5»»)."""
    initials: str = ""
    """The honoree's."""

    @property
    def types(self) -> list[str]:
        return self.type.split(TOGETHER)

    @property
    def numbers(self) -> list[str]:
        return self.number.split(TOGETHER)


@lru_cache(maxsize=262144)
def name_parts(text: str) -> NameParts:
    """Take a name apart."""
    read = readable(text)
    is_site = _site().search(read.text) is not None
    rest, places = _places(_site().sub(" ", read.text))
    rest, owner, of_form = _legal_form(rest)
    rest, kind, is_said = _type(rest, of_form, both=is_site)
    form = of_form if is_said and of_form not in {SCHOOL, *kind.split(TOGETHER)} else ""
    rest, number = _number(rest, SIGNED_NUMBER, both=is_site)  # also behind an honoree, whose bare digits are no number
    rest, honoree = _honoree(rest)
    if not number:
        rest, number = _number(rest, BARE_NUMBER, both=False)
    fillers = frozenset(name_words()["fillers"])
    root = frozenset(
        inflected(word) for word in [*WORDS.findall(rest), *UNREAD_NUMBER.findall(rest)] if word not in fillers
    )
    return NameParts(
        owner, kind, is_said, number, root, honoree, places, is_site, read.part, read.is_mended, form, read.initials
    )


@lru_cache
def _site() -> re.Pattern[str]:
    return re.compile(rf"(?:- ?)?\b(?:{'|'.join(name_words()['sites'])})[а-я]{{0,2}}\b(?: в(?= ))?")


def _places(name: str) -> tuple[str, frozenset[Place]]:
    """Take «г. Коврова», «Енисейского района», «Тверской обл.», «с. Новая Ивановка» out of a folded name."""
    found = set()
    settlements = name_words()["settlements"]
    for pattern, level in (
        (REGION, "регион"),
        (REPUBLIC, "регион"),
        (DISTRICT, "район"),
        (CITY, "город"),
        *_settlements(),
    ):
        while match := pattern.search(name):
            words = [word for word in match.groups() if word]
            if not stem(words[-1]):
                break
            found.add(Place(level, settlement_stem(words) if level in settlements else stem(words[-1])))
            name = plain(f"{name[: match.start()]} {name[match.end() :]}")
    return name, frozenset(found)


@lru_cache
def _settlements() -> tuple[tuple[re.Pattern[str], str], ...]:
    """«села Ивановка», «пос. Новая Ивановка»: a quality goes with the word behind it, unless that is no name."""
    words = name_words()
    common = {*words["honours"], *words["fillers"], *territory_words(), *words["unmistakable"]}
    no_name = "|".join(sorted(map(re.escape, common), key=len, reverse=True))
    quality = rf"(?:([а-я]+{QUALITY}) (?!(?:{no_name})(?![а-я-])))?"
    return tuple(
        (re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, spellings))}) ?{quality}([а-я]+(?:-[а-я]+)*)"), level)
        for level, spellings in words["settlements"].items()
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
    manner = rf"(?<![\w-])(?:{'|'.join(words['manner_words'])})\w* (?:[а-я()-]+ ){{0,4}}?(?:{nouns})\w*"
    patterns.append((re.compile(manner), "", None))
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


def _number(name: str, pattern: re.Pattern[str], *, both: bool) -> tuple[str, str]:
    """The rest, and the number; of a site's name `both` numbers."""
    found = pattern.findall(name)[: None if both else 1]
    if not found:
        return name, ""
    rest = plain(pattern.sub(" ", name, count=len(found)))
    return rest, TOGETHER.join(sorted(re.sub("[ -]", "", number).lstrip("0") or "0" for number in found))


def _honoree(name: str) -> tuple[str, frozenset[str]]:
    """«имени Героя … А. Г. Сказкина» to the words of the name itself, without titles and initials."""
    match = honour_pattern().search(name)
    if match is None:
        return name, frozenset()
    words = re.findall(r"[а-я\d]+(?:-[а-я\d]+)*", name[match.end() :])  # «50-летия Октября», «1 Мая»
    named = frozenset(word for word in words if len(word) > 1 or word.isdigit())
    return plain(name[: match.start()]), named.difference(name_words()["titles"]) or named  # «Героев Труда»


@per_home
def _type_patterns() -> tuple[tuple[str, re.Pattern[str], str, bool], ...]:
    """Spellings of types, also as whole words, the longest first; whether one counts only after a legal form."""
    words = name_words()
    left_out = {*words["no_types"], *words["any_school"]}
    spelled = [
        (LOOSE_HYPHEN.sub("-", spelling), entry.title)
        for entry in organisation_types()
        if entry.title in words["types_in_names"]
        for spelling in entry.spellings - left_out
    ]
    spelled += [(spelling, title) for title, several in words["types_of_names"].items() for spelling in several]
    spelled += [(spelling, SCHOOL) for spelling in words["any_school"]]
    guarded = set(words["only_after_form"])
    ordered = sorted(dict(spelled).items(), key=lambda pair: (pair[1] == SCHOOL, -len(pair[0]), pair))
    return tuple((text, as_whole_words(text), title, text in guarded) for text, title in ordered)


def _type(name: str, of_form: str, *, both: bool) -> tuple[str, str, bool]:
    """The rest, the type, and whether the name says it in a word of its own; `both` types of a site's name."""
    found = []
    for spelling, pattern, title, is_guarded in _type_patterns():
        if spelling not in name or (is_guarded and of_form != SCHOOL):
            continue
        while pattern.search(name):
            found.append(title)
            name = plain(pattern.sub(" ", name, count=1 if both else 0))
        if found and not both:
            break
    if found:
        return name, TOGETHER.join(sorted(found)), True
    return name, "" if of_form == SCHOOL else of_form, False
