"""The open registry of accredited organisations (Рособрнадзор, XML) as one sheet of the kind `organisation_registry`.

An organisation stands in many certificates and supplements; the sheet has one row for each organisation and each
branch, in the order of first appearance, as its latest issued certificate describes it.
"""

from dataclasses import replace
from pathlib import Path

from foundation.text import fold
from ingestion.read.accreditation.cards import AccreditedOrganisation, organisations_of
from ingestion.read.accreditation.xml import Node, walk
from ingestion.read.sheet import FrameBuilder, Sheet
from ingestion.read.signature import other_xml

SHEET_NAME = "Реестр аккредитации"


def read_accreditation(path: Path) -> Sheet:
    """The registry as one sheet of text; names of people, telephones and mail addresses are never taken."""
    registry = _Registry()
    with path.open("rb") as stream:
        walk(stream, registry.add)
    builder = FrameBuilder(SHEET_NAME)
    for organisation in registry.organisations():
        cells = organisation.cells()
        if not builder.height:
            builder.append(list(cells))
        builder.append([text or None for text in cells.values()])
    if not builder.height:
        raise other_xml()
    return Sheet(SHEET_NAME, builder.build())


class _Registry:
    """Organisations met so far; a certificate is forgotten as soon as it is read."""

    def __init__(self) -> None:
        self._certificates = 0
        self._found: dict[tuple[str, ...], AccreditedOrganisation] = {}
        self._inn_by_identifier: dict[str, str] = {}
        self._inn_by_ogrn: dict[str, str] = {}

    def add(self, certificate: Node) -> None:
        """Take every organisation that a certificate speaks of."""
        self._certificates += 1
        for organisation in organisations_of(certificate, self._certificates):
            self._put(organisation)

    def _put(self, new: AccreditedOrganisation) -> None:
        if new.inn and new.identifier:
            self._inn_by_identifier[new.identifier] = new.inn
        if new.inn and new.ogrn and not new.is_branch and self._inn_by_ogrn.setdefault(new.ogrn, new.inn) != new.inn:
            self._inn_by_ogrn[new.ogrn] = ""  # two ИНН under one ОГРН: it leads nowhere
        known = self._found.get(new.key)
        self._found[new.key] = new if known is None else _later(known, new)

    def organisations(self) -> list[AccreditedOrganisation]:
        """One entry an organisation or branch; a branch has its head's ИНН where the registry says whose it is."""
        settled = [self._with_head(one) if one.is_branch else one for one in self._found.values()]
        entities = {(one.inn, one.kpp) for one in settled if one.is_branch is False}
        unique: dict[tuple[object, ...], AccreditedOrganisation] = {}
        for position, one in enumerate(settled):
            if one.is_branch and (one.inn, one.kpp) in entities:
                one.kpp = ""  # the head's own КПП, by which the branch would be taken for the head
            key = (one.inn, one.kpp, fold(one.full_name) if one.is_branch else "") if one.inn else (position,)
            known = unique.get(key)
            unique[key] = one if known is None else _later(known, one)
        return list(unique.values())

    def _with_head(self, one: AccreditedOrganisation) -> AccreditedOrganisation:
        """By HeadEduOrgId, else by ОГРН; by the certificate it stands in only where the card itself points nowhere."""
        head_inn = self._inn_by_identifier.get(one.head_identifier, "")
        if not one.head_identifier and (one.inn or not one.ogrn):
            head_inn = one.holder_inn
        head_inn = head_inn or self._inn_by_ogrn.get(one.ogrn, "")
        return replace(one, inn=one.inn or head_inn, head_inn=head_inn)


def _later(known: AccreditedOrganisation, new: AccreditedOrganisation) -> AccreditedOrganisation:
    """The later issued of two descriptions; one certificate in force is enough for an organisation to go on."""
    later, earlier = (new, known) if new.issued >= known.issued else (known, new)
    if later.certificate == earlier.certificate:
        later.levels |= earlier.levels
    later.is_in_force = later.is_in_force or earlier.is_in_force
    return later
