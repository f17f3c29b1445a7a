"""The XML of the accreditation registry, one certificate at a time: only the fields that are wanted are ever kept."""

from collections import defaultdict
from collections.abc import Callable
from functools import lru_cache
from typing import IO
from xml.parsers import expat

from foundation.text import plain
from ingestion.read.errors import Refusal
from ingestion.read.signature import other_xml

_BLOCK = 1 << 20
_ROOT = "OpenData"
_CERTIFICATE = "Certificate"
_NODES = frozenset({_CERTIFICATE, "ActualEducationOrganization", "Supplement", "EducationalProgram"})
_WRAPPERS = frozenset({_ROOT, "Certificates", "Supplements", "EducationalPrograms"})
_FIELDS = frozenset(
    {
        "Id", "HeadEduOrgId", "IsBranch", "IsForBranch", "StatusName", "RegionName", "IssueDate", "EndDate",
        "EduOrgFullName", "EduOrgShortName", "EduOrgINN", "EduOrgKPP", "EduOrgOGRN", "EduOrgAddress", "PostAddress",
        "FullName", "ShortName", "INN", "KPP", "OGRN", "KindName", "TypeName",
        "EduLevelName", "ProgrammName", "IsAccredited", "IsCanceled",
    }
)  # fmt: skip
ENTREPRENEUR = "IndividualEntrepreneur"
"""A mark that one of these was filled; what was in it is a person's and is not kept."""
_ENTREPRENEUR = frozenset({f"{ENTREPRENEUR}INN", f"{ENTREPRENEUR}EGRIP", f"{ENTREPRENEUR}LastName"})
_INSIDE = (_NODES - {_CERTIFICATE}) | _WRAPPERS | _FIELDS | _ENTREPRENEUR
_FILLED = "да"
_NOTHING = frozenset({"-", "--", "null", "none", "н/д", "нет данных"})


_cleaned = lru_cache(maxsize=1 << 16)(plain)
"""The registry repeats itself: statuses, levels, regions, and every card of a school in each of its supplements."""


class Node:
    """One element with its text fields; a field that is absent or holds a dash is an empty text."""

    __slots__ = ("_fields", "_parts")

    def __init__(self) -> None:
        self._fields: dict[str, str] = {}
        self._parts: dict[str, list[Node]] = defaultdict(list)

    def __getitem__(self, name: str) -> str:
        return self._fields.get(name, "")

    def parts(self, name: str) -> list["Node"]:
        """Elements of that name directly inside, whatever wraps them."""
        return self._parts.get(name, [])

    def part(self, name: str) -> "Node":
        """The first such element, or an empty one."""
        return next(iter(self.parts(name)), Node())

    def keep(self, name: str, text: str) -> None:
        """Remember a field; of two with one name the first counts."""
        cleaned = _cleaned(text)
        if cleaned and cleaned.lower() not in _NOTHING:
            is_person = name in _ENTREPRENEUR
            self._fields.setdefault(ENTREPRENEUR if is_person else name, _FILLED if is_person else cleaned)

    def take(self, name: str, part: "Node") -> None:
        """Put an element inside this one."""
        self._parts[name].append(part)


def walk(stream: IO[bytes], take: Callable[[Node], None]) -> None:
    """Give every certificate to `take`; raises Refusal when the XML is broken, declares a DOCTYPE or is another's."""
    walker = _Walk(take)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = walker.start
    parser.EndElementHandler = walker.end
    parser.CharacterDataHandler = walker.characters
    # Entities, outer files and their multiplication all need a DOCTYPE; the registry has none.
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        while block := stream.read(_BLOCK):
            parser.Parse(block)
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise Refusal(
            f"файл XML повреждён или обрезан около строки {parser.CurrentLineNumber}",
            "Скачайте реестр аккредитации заново и повторите",
        ) from error


def _refuse_doctype(*_: object) -> None:
    raise Refusal(
        "в файле XML есть объявление DOCTYPE, которого в открытом реестре аккредитации не бывает: "
        "такой файл не читается из осторожности",
        "Скачайте реестр с сайта Рособрнадзора заново и повторите",
    )


class _Walk:
    """Builds certificates and forgets them; what is not listed above is passed over with all it holds."""

    def __init__(self, take: Callable[[Node], None]) -> None:
        self._take = take
        self._open: list[Node] = []
        self._skipped = 0
        self._has_root = False
        self._text: list[str] | None = None

    def start(self, name: str, _: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if not self._has_root:
            if local != _ROOT:
                raise other_xml()
            self._has_root = True
        elif self._skipped or not self._is_wanted(local):
            self._skipped += 1
        elif local in _NODES:
            self._open.append(Node())
        elif local not in _WRAPPERS:
            self._text = []

    def _is_wanted(self, local: str) -> bool:
        if self._text is not None:
            return False  # an element inside a field
        if not self._open:
            return local == _CERTIFICATE or local in _WRAPPERS
        return local in _INSIDE

    def characters(self, data: str) -> None:
        if self._text is not None and not self._skipped:
            self._text.append(data)

    def end(self, name: str) -> None:
        local = name.rpartition(":")[2]
        if self._skipped:
            self._skipped -= 1
        elif self._text is not None:
            if self._text:
                self._open[-1].keep(local, "".join(self._text))
            self._text = None
        elif local in _NODES:
            node = self._open.pop()
            if self._open:
                self._open[-1].take(local, node)
            else:
                self._take(node)
