"""How other people write a name: each variation has a name, by which the results are told apart.

Variations of parts change the draft of a name, those of text the name that was written.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from benchmarks.matching.naming import Draft, place_by_adjective, place_by_village, with_tail
from benchmarks.matching.parts import Parts, Region
from benchmarks.matching.words import words

NUMBER_SIGNS = ("№{}", "N {}", "N{}", "№  {}", "No {}", "#{}", "{}", "№ {}.", "номер {}")
QUOTES = (('"', '"'), ("„", "“"), ("“", "”"), ("<<", ">>"), ("''", "''"), ("«", "»"))
LOST_QUOTES = (("«", ""), ("", "»"), ('"', ""), ("", '"'), ("««", "»"))


@dataclass(frozen=True)
class Writing:
    """A name on its way: whose it is, in which region."""

    random: Random
    parts: Parts
    region: Region
    draft: Draft


@dataclass(frozen=True)
class PartVariation:
    """`change` gives the draft written otherwise, None where it cannot apply."""

    name: str
    weight: int
    change: Callable[[Writing], Draft | None]


def _no_form(writing: Writing) -> Draft | None:
    return replace(writing.draft, form="")


def _other_form(writing: Writing) -> Draft | None:
    if writing.parts.kind.code in {"kindergarten", "additional"}:
        return None
    state = writing.parts.kind.state
    forms = words()["state_forms"][writing.region.subject["state_form"]] if state else words()["other_municipal_forms"]
    return replace(writing.draft, form=writing.random.choice(forms))


def _form_spelled_out(writing: Writing) -> Draft | None:
    return replace(writing.draft, form=words()["legal_forms"].get(writing.draft.form, writing.draft.form))


def _form_in_small_letters(writing: Writing) -> Draft | None:
    return replace(writing.draft, form=writing.draft.form.lower())


def _kind_otherwise(writing: Writing) -> Draft | None:
    return replace(writing.draft, kind=writing.random.choice(writing.parts.kind.written))


def _kind_spelled_out(writing: Writing) -> Draft | None:
    return replace(writing.draft, kind=writing.parts.kind.full)


def _kind_left_vague(writing: Writing) -> Draft | None:
    if writing.parts.kind.code not in {"sosh", "oosh", "nosh"}:
        return None
    return replace(writing.draft, kind=writing.random.choice(("школа", "шк.", "Школа")), vague=True)


def _number_sign(writing: Writing) -> Draft | None:
    sign = writing.random.choice(NUMBER_SIGNS)
    return replace(writing.draft, number=sign.format(writing.parts.number)) if writing.draft.number else None


def _number_glued(writing: Writing) -> Draft | None:
    if not writing.draft.number or " " in writing.draft.kind:
        return None
    glue = writing.random.choice(("№", "-", "", " №", "№ "))
    return replace(writing.draft, kind=f"{writing.draft.kind}{glue}{writing.parts.number}", number="")


def _number_left_out(writing: Writing) -> Draft | None:
    return replace(writing.draft, number="") if writing.parts.number and writing.parts.village else None


def _place_by_other_word(writing: Writing) -> Draft | None:
    """The village for the adjective, the adjective for the village."""
    if not writing.draft.place:
        return None
    return (place_by_village if writing.draft.place_first else place_by_adjective)(writing.draft, writing.parts)


def _village_with_kind_cut(writing: Writing) -> Draft | None:
    if not (village := writing.parts.village):
        return None
    place = writing.random.choice((f"{village.kind} {village.nominative}", f"{village.kind}{village.nominative}"))
    return replace(writing.draft, place=place, place_first=False)


def _village_in_sentence(writing: Writing) -> Draft | None:
    if not (village := writing.parts.village):
        return None
    return replace(writing.draft, place=f"в {village.kind} {village.prepositional}", place_first=False)


def _village_bare(writing: Writing) -> Draft | None:
    if not (village := writing.parts.village):
        return None
    return replace(writing.draft, place=writing.random.choice((village.nominative, f"({village.nominative})")),
                   place_first=False)  # fmt: skip


def _adjective_behind(writing: Writing) -> Draft | None:
    return replace(writing.draft, place_first=False) if writing.draft.place_first else None


def _declined(writing: Writing) -> Draft | None:
    """«Берёзовской средней школы»."""
    if writing.parts.kind.gender != "feminine" or not writing.draft.place_first:
        return None
    kind = " ".join(_declined_word(word) for word in writing.draft.kind.split(" "))
    return replace(writing.draft, place=f"{writing.draft.place[:-2]}ой", kind=kind, quotes=("", ""))


def _declined_word(word: str) -> str:
    endings = {"няя": "ней", "ая": "ой", "школа": "школы", "гимназия": "гимназии"}
    return next((word.removesuffix(end) + other for end, other in endings.items() if word.endswith(end)), word)


def _tail(writing: Writing) -> Draft | None:
    return with_tail(writing.draft, writing.parts)


def _tail_with_subject(writing: Writing) -> Draft | None:
    subject = writing.random.choice(("genitive", "short"))
    return with_tail(writing.draft, writing.parts, writing.region.subject[subject])


def _tail_abbreviated(writing: Writing) -> Draft | None:
    tail = writing.random.choice(writing.parts.municipality.tails)
    return replace(writing.draft, tail=tail, shows_municipality=True)


def _honoree(text: str) -> Callable[[Writing], Draft | None]:
    def change(writing: Writing) -> Draft | None:
        if not (honoree := writing.parts.honoree):
            return None
        written = text.format(
            honour=honoree.honour, given=honoree.given, letters=f"{honoree.letter}.{honoree.patronymic}.",
            spaced=f"{honoree.letter}. {honoree.patronymic}.", letter=f"{honoree.letter}.", surname=honoree.genitive,
        )  # fmt: skip
        return replace(writing.draft, honoree=" ".join(written.split()))

    return change


def _title_left_out(writing: Writing) -> Draft | None:
    return replace(writing.draft, title="") if writing.draft.title and writing.parts.number else None


def _quotes(pairs: tuple[tuple[str, str], ...]) -> Callable[[Writing], Draft | None]:
    return lambda writing: replace(writing.draft, quotes=writing.random.choice(pairs))


def _quote_glued_to_tail(writing: Writing) -> Draft | None:
    return replace(with_tail(writing.draft, writing.parts), quotes=writing.random.choice(QUOTES[:3]), between="")


PART_VARIATIONS = (
    PartVariation("без правовой формы", 14, _no_form),
    PartVariation("другая правовая форма", 10, _other_form),
    PartVariation("правовая форма словами", 8, _form_spelled_out),
    PartVariation("правовая форма строчными", 1, _form_in_small_letters),
    PartVariation("другое слово вида", 14, _kind_otherwise),
    PartVariation("вид словами", 8, _kind_spelled_out),
    PartVariation("вид назван только школой", 4, _kind_left_vague),
    PartVariation("другой знак номера", 14, _number_sign),
    PartVariation("номер слитно с видом", 4, _number_glued),
    PartVariation("без номера", 3, _number_left_out),
    PartVariation("село вместо прилагательного или наоборот", 6, _place_by_other_word),
    PartVariation("вид села сокращён", 5, _village_with_kind_cut),
    PartVariation("«в селе …»", 2, _village_in_sentence),
    PartVariation("село без вида", 3, _village_bare),
    PartVariation("прилагательное после вида", 4, _adjective_behind),
    PartVariation("в косвенном падеже", 2, _declined),
    PartVariation("хвост: муниципалитет", 9, _tail),
    PartVariation("хвост: муниципалитет и субъект", 6, _tail_with_subject),
    PartVariation("хвост: сокращённо", 7, _tail_abbreviated),
    PartVariation("имени: без имени", 8, _honoree("")),
    PartVariation("имени: только фамилия", 5, _honoree("им. {surname}")),
    PartVariation("имени: инициалы после фамилии", 3, _honoree("имени {surname} {letters}")),
    PartVariation("имени: инициалы с пробелами", 3, _honoree("им. {spaced} {surname}")),
    PartVariation("имени: один инициал", 2, _honoree("им. {letter} {surname}")),
    PartVariation("имени: имя полностью", 3, _honoree("имени {honour} {given} {surname}")),
    PartVariation("имени: звание и фамилия", 4, _honoree("имени {honour} {surname}")),
    PartVariation("без собственного названия", 4, _title_left_out),
    PartVariation("другие кавычки", 12, _quotes(QUOTES)),
    PartVariation("кавычки потеряны", 10, _quotes((("", ""),))),
    PartVariation("потеряна одна кавычка", 3, _quotes(LOST_QUOTES)),
    PartVariation("кавычка слитно со следующим словом", 3, _quote_glued_to_tail),
)
