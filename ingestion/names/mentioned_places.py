"""Places that a name of an organisation mentions: «г. Коврова», «Енисейского района», «с. Новая Ивановка»."""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from foundation.text import spaced
from ingestion.names.forms import form_start, type_spans
from ingestion.names.kinship import QUALITY, settlement_stem
from ingestion.names.places import REGION, REPUBLIC, WORDS, MunicipalityName, stem
from ingestion.names.villages import is_noun, without_hyphen
from schemas.catalogue import name_words, territory_words

CITY = re.compile(
    rf"\b(?:г(?:ор)?(?:\. ?| )|город(?:а|е|у|ом)? )(?:([а-я]+{QUALITY}) (?=[а-я]{{3,}}))?([а-я]+(?:-[а-я]+)*)"
)
"""«г. Коврова», «г Ковров», «города Нижнего Новгорода»; a word that merely begins with «г» is no city."""
DISTRICT = re.compile(
    r"\b([а-я]+(?:-[а-я]+)*) (?:(?:муниципальн|городск)[а-я]+ )?(?:район[а-я]*|округ[а-я]*)(?![а-я-])"
    r"|\b([а-я]+(?:-[а-я]+)*ск(?:ого|ий|ом)) (?:мо|мр|го)(?![а-я-])"
)
ENDING_OF_QUALITY = re.compile(f"{QUALITY}$")
WORD_OF_CITY = re.compile(r"\bг(?:ор|[. ])")
WORD_OF_REGION, WORD_OF_DISTRICT = re.compile(r" обл| кр|респ"), re.compile(r" (?:район|округ|мо|мр|го)")
PLACES = (
    (REGION, "регион", WORD_OF_REGION),
    (REPUBLIC, "регион", WORD_OF_REGION),
    (DISTRICT, "район", WORD_OF_DISTRICT),
    (CITY, "город", WORD_OF_CITY),
)
"""Patterns of places with their levels and what each needs: most names have none of it, and need no closer look."""


@dataclass(frozen=True)
class Place:
    """A place that a name mentions: its level («район», «город», «регион», «село»…) and its stem."""

    level: str
    stem: str
    word: str = field(default="", compare=False)
    """Its last word as it is written, whose ending may tell «Новое» from «Новая»."""

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


def places_in(name: str) -> tuple[str, frozenset[Place]]:
    """Take «г. Коврова», «Енисейского района», «Тверской обл.», «с. Новая Ивановка» out of a folded name."""
    found = set()
    settlements = name_words()["settlements"]
    for pattern, level, needed in (*PLACES, *(_settlements() if _any_settlement().search(name) else ())):
        if needed is not None and not needed.search(name):
            continue
        while match := pattern.search(name):
            words, end = [word for word in match.groups() if word], match.end()
            if not stem(words[-1]):
                break
            if level == "город" and len(words) > 1 and not _is_of_town(words[-1], name[match.start(2) :]):
                end = match.end(1)
                words.pop()
            if level in settlements:
                of_place = settlement_stem([without_hyphen(word) for word in words])
            else:
                of_place = _stems(words, level)
            found.add(Place(level, of_place, words[-1]))
            name = spaced(f"{name[: match.start()]} {name[end:]}")
    return name, frozenset(found)


def _is_of_town(word: str, text: str) -> bool:
    """Whether a word behind «города Нижнего» is of its name; `text` begins with it («г. Заречного СОШ № 3»)."""
    return is_noun(word) and form_start(text) != 0 and all(start > 0 for start, _ in type_spans(text))


def _stems(words: list[str], level: str) -> str:
    """The stem of a municipality's name, of each of its words as in places.py; of a region that of the last."""
    if level == "регион":
        return stem(words[-1])
    *qualities, last = words
    return " ".join([*(ENDING_OF_QUALITY.sub("", one) for one in qualities), *map(stem, WORDS.findall(last))])


@lru_cache
def _any_settlement() -> re.Pattern[str]:
    spellings = {re.escape(one) for some in name_words()["settlements"].values() for one in some}
    return re.compile(rf"(?<![\w-])(?:{'|'.join(spellings)})")


@lru_cache
def _settlements() -> tuple[tuple[re.Pattern[str], str, None], ...]:
    """«села Ивановка», «в пос. Новая Ивановка»: a quality goes with the word behind it, unless that is no name.

    «поселка Камышинское Большеручьихинская НОШ» has two names: a neuter goes with no feminine.
    """
    words = name_words()
    common = {*words["honours"], *words["fillers"], *territory_words(), *words["unmistakable"]}
    no_name = "|".join(sorted(map(re.escape, common), key=len, reverse=True))
    two_names = r"(?![а-я]+(?:ое|ее) [а-я-]+ая(?![а-я-]))"
    quality = rf"(?:{two_names}([а-я]+{QUALITY}) (?!(?:{no_name})(?![а-я-])))?"
    return tuple(
        (
            re.compile(rf"(?<![\w-])(?:во? )?(?:{'|'.join(map(re.escape, spellings))}) ?{quality}([а-я]+(?:-[а-я]+)*)"),
            level,
            None,
        )
        for level, spellings in words["settlements"].items()
    )
