"""Cards of the accreditation registry: what one certificate and its supplements say of each organisation."""

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache

from foundation.text import fold
from ingestion.read.accreditation.text import (
    OTHER_TYPE,
    day_of,
    municipality_of,
    only_general,
    programmes_of,
    region_in,
    type_of,
)
from ingestion.read.accreditation.xml import ENTREPRENEUR, Node

_fold = lru_cache(maxsize=1 << 16)(fold)  # statuses, levels and names repeat themselves
_YES, _NO = frozenset({"1", "true", "да"}), frozenset({"0", "false", "нет"})
_TERMINATED = re.compile("не ?действ|прекращ")
_PERSON_NAME = re.compile(r"(?:ип|индивидуальн\w+ предпринимател\w+)\b")
_PERSON_INN, _PERSON_OGRN = 12, 15  # digits
_LAST = "9999"  # a holder is described better by the certificate than by any supplement


@dataclass(slots=True)
class AccreditedOrganisation:
    """An organisation or a branch as one certificate describes it."""

    certificate: int
    issued: tuple[str, bool, str]
    """Which description is the later: the certificate's day, being in force, the supplement's day."""
    identifier: str
    head_identifier: str
    inn: str
    kpp: str
    ogrn: str
    region: str
    full_name: str
    short_name: str
    addresses: tuple[str, ...]
    kinds: tuple[str, str]
    is_in_force: bool
    ends_on: str
    is_branch: bool | None = None
    """None where nothing says: then the warehouse decides by КПП."""
    holder_inn: str = ""
    """ИНН of the organisation in whose certificate this one has a supplement."""
    head_inn: str = ""
    levels: set[str] = field(default_factory=set)

    @property
    def key(self) -> tuple[str, ...]:
        """Id, else ИНН and КПП; a branch may share both with its head, so its name counts too."""
        if self.identifier:
            return (self.identifier,)
        name = _fold(self.full_name) or str(self.certificate)
        return (self.inn or self.holder_inn, self.kpp, name if self.is_branch or not self.inn else "")

    def cells(self) -> dict[str, str]:
        """Texts of the sheet by heading. The day of a certificate is no day of an organisation: none is its start."""
        names = f"{self.full_name}; {self.short_name}"
        kind = type_of(self.kinds, (self.full_name, self.short_name))
        is_general = kind == OTHER_TYPE and only_general(self.levels)
        return {
            "ИНН": self.inn,
            "КПП": self.kpp,
            "ОГРН": self.ogrn,
            "Субъект": self.region,
            "Муниципалитет": municipality_of(names, self.addresses),
            "Полное наименование": self.full_name,
            "Краткое наименование": self.short_name,
            "Тип организации": kind,
            "Общеобразовательная": "да" if is_general else "",
            "Реализует программы": programmes_of(self.levels),
            "Филиал": "" if self.is_branch is None else "да" if self.is_branch else "нет",
            "ИНН головной организации": self.head_inn,
            "Действует с": "",
            "Действует по": "" if self.is_in_force else self.ends_on,
        }


def organisations_of(certificate: Node, number: int) -> list[AccreditedOrganisation]:
    """The holder of a certificate and the branches that have supplements to it, in the order of the file."""
    holder = _holder(certificate, number)
    found = [holder]
    for supplement in certificate.parts("Supplement"):
        other = _other(supplement, certificate, holder)
        if other is not None:
            found.append(other)
        if not _is_terminated(supplement) or not holder.is_in_force:
            (other or holder).levels.update(_levels(supplement))
    return found


def _holder(certificate: Node, number: int) -> AccreditedOrganisation:
    card = certificate.part("ActualEducationOrganization")
    holder = _describe(card, certificate, certificate, number)
    holder.issued = (*holder.issued[:2], _LAST)
    holder.is_branch = _said_to_be_branch(card, holder)
    if holder.is_branch is None and not _is_named_branch(holder):
        holder.is_branch = False
    return holder


def _other(supplement: Node, certificate: Node, holder: AccreditedOrganisation) -> AccreditedOrganisation | None:
    """The organisation of a supplement; None when it is the holder of the certificate."""
    card = supplement.part("ActualEducationOrganization")
    is_for_branch = _is_yes(supplement["IsForBranch"])
    is_holders_card = bool(holder.identifier) and _identifier(card["Id"]) == holder.identifier
    holders_names = {"", _fold(holder.full_name), _fold(certificate["EduOrgFullName"])}
    if is_holders_card and not (is_for_branch and _fold(supplement["EduOrgFullName"]) not in holders_names):
        return None
    # For a branch under its head's card only the supplement's own lines are the branch's.
    other = _describe(Node() if is_holders_card else card, supplement, certificate, holder.certificate)
    said = is_for_branch or _said_to_be_branch(card, other)
    if not said and _fold(other.full_name) in holders_names and other.inn in {"", holder.inn}:
        return None
    other.holder_inn = holder.inn
    other.is_branch = said
    # Published snapshots leave the flags of most branches empty, and their ИНН and ОГРН too.
    if said is None and (not other.inn or _is_named_branch(other)):
        other.is_branch = True
    if not other.is_branch and other.inn == holder.inn:
        other.kpp = other.kpp or holder.kpp
    return other


def _said_to_be_branch(card: Node, described: AccreditedOrganisation) -> bool | None:
    if _is_yes(card["IsBranch"]) or described.head_identifier:
        return True
    return False if _fold(card["IsBranch"]) in _NO else None


def _is_named_branch(described: AccreditedOrganisation) -> bool:
    return "филиал" in _fold(f"{described.full_name} {described.short_name}")


def _describe(card: Node, paper: Node, certificate: Node, number: int) -> AccreditedOrganisation:
    """What a card says and, where it is silent, the certificate or supplement (`paper`) in which it stands."""
    is_in_force = not (_is_terminated(certificate) or _is_terminated(paper))
    addresses = (card["PostAddress"], paper["EduOrgAddress"], paper["PostAddress"])
    identifier, head_identifier = _identifier(card["Id"]), _identifier(card["HeadEduOrgId"])
    described = AccreditedOrganisation(
        certificate=number,
        issued=(_sortable_day(certificate["IssueDate"]), is_in_force, _sortable_day(paper["IssueDate"])),
        identifier=identifier,
        head_identifier=head_identifier if head_identifier != identifier else "",
        inn=_code(card["INN"] or paper["EduOrgINN"]),
        kpp=_code(card["KPP"] or paper["EduOrgKPP"]),
        ogrn=_code(card["OGRN"] or paper["EduOrgOGRN"]),
        region=card["RegionName"] or region_in(addresses) or certificate["RegionName"],
        full_name=card["FullName"] or paper["EduOrgFullName"],
        short_name=card["ShortName"] or paper["EduOrgShortName"],
        addresses=addresses,
        kinds=(card["KindName"], card["TypeName"]),
        is_in_force=is_in_force,
        ends_on=_sortable_day(certificate["EndDate"]) or certificate["EndDate"],
    )
    if _is_person(described, certificate):
        # The row stays, to be rejected for want of an ИНН; a person's name and number do not.
        return replace(described, inn="", ogrn="", full_name="", short_name="")
    return described


def _is_person(described: AccreditedOrganisation, certificate: Node) -> bool:
    """An individual entrepreneur, whose name and codes are personal data."""
    return (
        len(described.inn) == _PERSON_INN
        or len(described.ogrn) == _PERSON_OGRN
        or bool(certificate[ENTREPRENEUR] and not described.inn)
        or any(_PERSON_NAME.match(_fold(name)) for name in (described.full_name, described.short_name))
    )


def _levels(supplement: Node) -> set[str]:
    """Folded levels of the programmes that are neither refused nor cancelled; the level may stand as the name."""
    return {
        _fold(programme["EduLevelName"] or programme["ProgrammName"])
        for programme in supplement.parts("EducationalProgram")
        if _fold(programme["IsAccredited"]) not in _NO and not _is_yes(programme["IsCanceled"])
    }


def _is_terminated(paper: Node) -> bool:
    return _TERMINATED.match(_fold(paper["StatusName"])) is not None


def _is_yes(text: str) -> bool:
    return _fold(text) in _YES


def _identifier(text: str) -> str:
    return text.lower() if text.strip("0-") else ""


def _code(text: str) -> str:
    code = re.sub(r"[\s-]", "", text)
    return code if code.strip("0") else ""


def _sortable_day(text: str) -> str:
    day = day_of(text)
    return day.isoformat() if day else ""
