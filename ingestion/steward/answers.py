"""A steward's answer to a question, and whether it is one: of whom the question asks, and known to the registry."""

from dataclasses import dataclass
from typing import Literal

from ingestion.errors import UserError
from ingestion.match.municipalities import UNKNOWN_REGION, Municipalities, PlaceCandidate
from ingestion.match.organisations import Organisation
from ingestion.match.rows import UNKNOWN_ENTITY, Lookups
from ingestion.store.hold import Question
from schemas.regions import region_of

Verdict = Literal["organisation", "place", "reject"]
NO_ANSWER_LOADS = frozenset({"system", "staff", UNKNOWN_ENTITY})
"""Reasons that a new file or an entry of the catalogue settles, and no answer to the question."""


@dataclass(frozen=True)
class Answer:
    """What a steward says to one question: an organisation (ИНН or ИНН/КПП), a place, or that it is none of ours."""

    held_id: int
    verdict: Verdict
    organisation: str = ""
    region: str | None = None
    municipality: str | None = None
    why: str | None = None


def chosen_organisation(question: Question, answer: Answer, lookups: Lookups) -> Organisation:
    """The organisation an answer names; raises UserError when the question asks for none or the registry has not it."""
    if question.reason != "organisation":
        raise UserError(wrong_kind_of_answer(question))
    text = answer.organisation.strip()
    inn, _, kpp = text.partition("/")
    known = lookups.index.organisations
    found = known.get(text) or next(
        (one for one in known.values() if one.inn == inn and (one.kpp == kpp if kpp else not one.is_site)), None
    )
    if found is None:
        raise UserError(
            f"Организации {text} нет в реестре. Загрузите реестр организаций или проверьте ИНН: vitrina match list"
        )
    return found


def chosen_place(question: Question, answer: Answer, municipalities: Municipalities) -> PlaceCandidate:
    """The one place an answer names: of an unknown region its name, else a municipality of the registry.

    Raises UserError when the question is about neither, or when there is not exactly one such place.
    """
    if question.reason in NO_ANSWER_LOADS:
        raise UserError(wrong_kind_of_answer(question))
    region, municipality = answer.region, answer.municipality
    if question.reason == UNKNOWN_REGION:
        found = region_of(region or "")
        if found is None:
            raise UserError(
                f'Субъекта «{region or ""}» нет в каталоге. Укажите его полное название: --region "Красноярский край"'
            )
        return PlaceCandidate(found.name, None, 100.0)
    named = municipalities.named(region or question.region, municipality or "")
    if named is None:
        raise UserError(
            f"Муниципалитета «{municipality or ''}» в реестре нет, или он не один. Укажите муниципалитет и субъект, "
            'как в списке: --municipality "Енисейский район" --region "Красноярский край"'
        )
    return named


def wrong_kind_of_answer(question: Question) -> str:
    """What a question waits for instead of the answer given."""
    if question.reason == "system":
        return (
            f"Система «{question.name}» не названа в каталоге: добавьте написание в schemas/catalogues/systems.yaml "
            "и выполните vitrina refresh, строки загрузятся сами."
        )
    if question.reason == "staff":
        return "Эти строки ждут кадров: загрузите файл «Кадры» и выполните vitrina refresh, строки загрузятся сами."
    if question.reason == UNKNOWN_ENTITY:
        return (
            "Эти филиалы ждут строки своей организации: загрузите реестр, в котором она есть, и выполните vitrina "
            "refresh, строки загрузятся сами."
        )
    option = "--region" if question.reason == UNKNOWN_REGION else "--municipality"
    return f'Эти строки ждут ответа о месте, а не об организации: vitrina match accept НОМЕР {option} "…"'
