"""The formula of an indicator in words, made of its passport: one place for the mart, the dashboards and documents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from foundation.settings import per_home
from schemas.catalogue import roles, systems
from schemas.catalogue_file import read_mapping
from schemas.labels import value_labels
from schemas.measures import Measure, measures
from schemas.passport import COUNTS_ORGANISATIONS, Component, Passport, Side


@dataclass(frozen=True)
class Formula:
    """What an indicator is computed of, in Russian; a side is None where the indicator has none."""

    formula: str
    numerator: str | None
    denominator: str | None


def formula_of(passport: Passport) -> Formula:
    """The formula of one version of an indicator, its numerator and its denominator in words."""
    words = _words()
    said = words["formula"][passport.aggregation].format(hundred=words["hundred"] if passport.unit == "%" else "")
    population = value_labels("population")[passport.population]
    conditions = [
        words["population"].format(population=population) if passport.numerator else None,
        words["cumulative"].get(passport.cumulative),
        words["year_kind"].get(passport.year_kind),
    ]
    return Formula(
        "; ".join([said, *(condition for condition in conditions if condition)]),
        _numerator(passport),
        _denominator(passport, population),
    )


def _numerator(passport: Passport) -> str | None:
    if passport.numerator is None:
        return None
    words = _words()["numerator"]
    template = words.get(passport.aggregation, words["other"])
    return str(template.format(components=_side(passport.numerator, passport)))


def _denominator(passport: Passport, population: str) -> str | None:
    if passport.denominator is not None:
        return _side(passport.denominator, passport)
    template = _words()["denominator"].get(passport.aggregation)
    return None if template is None else str(template.format(population=population))


def _side(side: Side, passport: Passport) -> str:
    """The preferred sources, and what stands in where they have no value, in its order."""
    words = _words()
    is_any = passport.aggregation in COUNTS_ORGANISATIONS
    own = str(words["joined"]["any" if is_any else "sum"].join(_listed(side.own)))
    if not side.proxies:
        return own
    return own + str(words["proxies"].format(proxies=words["next_proxy"].join(_listed(side.proxies))))


def _listed(components: Sequence[Component]) -> list[str]:
    return [_component(component) for component in components]


def _component(component: Component) -> str:
    """«Зарегистрировано на платформе (роль «педагог», Моя школа)», with the threshold it has to reach."""
    measure = _measures()[component.measure]
    words: dict[str, str] = _words()["component"]
    named = [
        words["role"].format(role=_titles()[component.role]) if component.role else None,
        words["system"].format(system=_titles()[component.system]) if component.system else None,
        words["subject"].format(subject=_titles().get(component.subject, component.subject))
        if component.subject
        else None,
    ]
    about = ", ".join(part for part in named if part)
    said = f"{measure.title} ({about})" if about else measure.title
    if component.threshold is None:
        return said
    threshold = f"{_number(component.threshold)} {measure.unit}"
    return f"{said} {words['threshold'].format(threshold=threshold)}"


def _number(value: Decimal) -> str:
    """A decimal as people write it: no zeros at its end, a comma."""
    return f"{value.normalize():f}".replace(".", ",")


@lru_cache
def _measures() -> Mapping[str, Measure]:
    return {measure.measure_code: measure for measure in measures()}


@per_home
def _titles() -> Mapping[str, str]:
    """Titles of roles, and of systems, objects and events, by code."""
    return {
        **{system.code: system.short_title for system in systems()},
        **{role.code: role.title for role in roles()},
    }


@lru_cache
def _words() -> Any:
    return read_mapping("formula_words.yaml")
