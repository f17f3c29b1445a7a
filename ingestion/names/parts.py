"""A name of an organisation taken apart: owner, type, number, root, honoree, places. Both sides are read alike.

What a part is made of is data: schemas/catalogues/name_words.yaml, organisation_types.yaml, territory_words.yaml.
"""

import re
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache, partial

from foundation.text import spaced
from ingestion.names.forms import SCHOOL, TOGETHER, form_start, type_spans, without_legal_form, without_type
from ingestion.names.kinship import inflected
from ingestion.names.mentioned_places import Place, places_in
from ingestion.names.places import WORDS
from ingestion.names.site_sides import NO_SIDES, TYPE, Sides, Told, sides_of
from ingestion.names.spelling import Readable, honour_pattern, readable
from ingestion.names.villages import without_hyphen, words_of_villages
from schemas.catalogue import name_words

SIGNED_NUMBER = re.compile(r"№ ?(\d+(?:[ -]?[а-я](?![\w.-]| \w))?)")
"""«№ 4в», «№ 4 «В»» with its letter; in «№ 4 с углубленным …» it is a word."""
UNREAD_NUMBER = re.compile("№")
"""A sign left over: the number behind it could not be read, and could be any."""
NUMBER_IN_FRONT = re.compile(r"^[^\w№]*(\d+)(?:[.-]\d+)*(?![\w№-])[^\w№«(]*(?=[а-я])")
"""«3 СОШ», «3.1) филиал …», without a sign and no «1-я»."""
LINE_IN_FRONT = re.compile(r"^[^\w№]*(?:№ ?)?(\d+)(?:[.-]\d+)*(?![\w№-])[^\w№«(]*(?=[а-я])")
"""The same with a sign: «№ 3 МБОУ …» is a line's as well."""
DIGITS_IN_FRONT = re.compile(r"^[^\w№]*\d+(?!\w)")
BARE_NUMBER = re.compile(r"(?<![\d-])\b(\d+)\b(?!-)")
PlaceWords = frozenset[tuple[str, str, str]]


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
    sides: Sides = NO_SIDES
    """Of a site's name: which words are its own and which its entity's."""
    is_respelt: bool = False
    """Whether letters of the name were spelled out, or its words put in letters, which may be short for another's."""
    title: frozenset[str] = field(default=frozenset(), compare=False)
    """Words of the root that stand in quotes of their own behind the number («Детский сад № 5 «Ромашка»»)."""
    said: frozenset[str] = field(default=frozenset(), compare=False)
    """The words of the root as they stand there, a village of two words in two, to be shown."""
    line: str = ""
    """A bare number in front of the legal form («3 МБОУ …»): that of a line in a list, or a number out of place."""

    @cached_property
    def types(self) -> list[str]:
        return self.type.split(TOGETHER)

    @cached_property
    def numbers(self) -> list[str]:
        return self.number.split(TOGETHER)

    @cached_property
    def words_of_places(self) -> PlaceWords:
        """Its places as they are written, by which names with equal parts may still differ."""
        return frozenset((place.level, place.stem, place.word) for place in self.places)


@lru_cache(maxsize=262144)
def name_parts(text: str) -> NameParts:
    """Take a name apart."""
    return _parts_of(readable(text))


@lru_cache(maxsize=65536)
def _parts_of(read: Readable) -> NameParts:
    """The parts of a name that is read; spellings that differ in quotes and abbreviations are one here."""
    text, line = _without_line(read.text)
    if line:
        return replace(_parts_of(replace(read, text=text)), line=line)
    is_site = _site().search(text) is not None
    if not is_site:
        return _taken_apart(read, is_site=False)
    whole = replace(read, text=_site().sub(" ", text))
    return _taken_apart(whole, is_site=True, sides=sides_of(text, _site(), _told))


def _without_line(text: str) -> tuple[str, str]:
    """The rest of a folded name, and the number in front of its legal form or of «филиал»."""
    match = LINE_IN_FRONT.match(text)
    if match is None:
        return text, ""
    rest = text[match.end() :]
    return (rest, match[1].lstrip("0") or "0") if form_start(rest) == 0 or _site().match(rest) else (text, "")


def _taken_apart(read: Readable, *, is_site: bool, sides: Sides = NO_SIDES) -> NameParts:
    """The parts of a folded name."""
    text = read.text
    placeless, places = places_in(text)
    rest, owner, of_form = without_legal_form(placeless)
    rest, kind, is_said = without_type(rest, of_form, both=is_site)
    forms = set(of_form.split(TOGETHER)) - {SCHOOL, *kind.split(TOGETHER)}
    form = TOGETHER.join(sorted(forms)) if is_said else ""
    rest, number = _number(rest, SIGNED_NUMBER, both=is_site)  # also behind an honoree, whose bare digits are no number
    rest, honoree = _honoree(rest)
    if not number:
        front = _out_of_place(text, rest) or _out_of_place(placeless, rest)
        behind, number = _number(rest[len(front) :], BARE_NUMBER, both=False)
        rest = front + behind
    fillers = _fillers()
    rest = without_hyphen(rest)
    read_words = partial(words_of_villages, text=text) if _may_be_village(kind) else WORDS.findall
    more = UNREAD_NUMBER.findall(rest)
    root, said = (
        frozenset(inflected(word) for word in (*words, *more) if word not in fillers)
        for words in (read_words(rest), WORDS.findall(rest))
    )
    title = frozenset(inflected(word) for piece in read.titles for word in read_words(piece) if word not in fillers)
    return NameParts(
        owner,
        kind,
        is_said,
        number,
        root,
        honoree,
        places,
        is_site,
        read.part,
        read.is_mended,
        form,
        read.initials,
        sides,
        title=title if title <= root else frozenset(),
        said=said,
    )


@lru_cache
def _fillers() -> frozenset[str]:
    return frozenset(name_words()["fillers"])


def _may_be_village(kind: str) -> bool:
    """Whether words beside a type may be of a village; a kindergarten's are of all sorts."""
    return set(kind.split(TOGETHER)).isdisjoint(name_words()["types_named_after_things"])


def _out_of_place(text: str, rest: str) -> str:
    """The beginning of `rest` with a number that may be of a line («3 Светлая СОШ»), and stays a word: it is held.

    `text` is the name before its form was taken out; «3 СОШ» says which school it is.
    """
    of_name, of_rest = NUMBER_IN_FRONT.match(text), DIGITS_IN_FRONT.match(rest)
    if of_name is None or of_rest is None:
        return ""
    begins_with_type = any(start == 0 for start, _ in type_spans(text[of_name.end() :]))
    return "" if begins_with_type else of_rest[0]


def _told(piece: str) -> frozenset[Told]:
    """What a piece of a site's name tells; an honoree and the region are no help in telling the sides apart."""
    parts = _taken_apart(Readable(piece, part="", is_mended=False), is_site=False)
    told = {("word", word) for word in parts.root} | {("place", place.stem) for place in parts.places}
    told |= {("number", parts.number)} if parts.number else set()
    return frozenset(told | ({(TYPE, parts.type)} if parts.is_type_said else set()))


@lru_cache
def _site() -> re.Pattern[str]:
    return re.compile(rf"(?:- ?)?\b(?:{'|'.join(name_words()['sites'])})[а-я]{{0,2}}\b(?: в(?= ))?")


def _number(name: str, pattern: re.Pattern[str], *, both: bool) -> tuple[str, str]:
    """The rest, and the number; of a site's name `both` numbers."""
    found = pattern.findall(name)[: None if both else 1]
    if not found:
        return name, ""
    rest = spaced(pattern.sub(" ", name, count=len(found)))
    return rest, TOGETHER.join(sorted(re.sub("[ -]", "", number).lstrip("0") or "0" for number in found))


def _honoree(name: str) -> tuple[str, frozenset[str]]:
    """«имени Героя … А. Г. Сказкина» to the words of the name itself, without titles and initials."""
    match = honour_pattern().search(name)
    if match is None:
        return name, frozenset()
    words = re.findall(r"[а-я\d]+(?:-[а-я\d]+)*", name[match.end() :])  # «50-летия Октября», «1 Мая»
    named = frozenset(word for word in words if len(word) > 1 or word.isdigit() or word == "и")
    return spaced(name[: match.start()]), named.difference(name_words()["titles"]) or named  # «Героев Труда»
