"""The parts of an XLSX file, found by their relationships as the standard says, and what is said of the whole book.

calamine looks for the workbook, the shared strings and the styles under the names that Excel gives them. A book whose
parts are called otherwise is handed to it as a copy with those names.
"""

import posixpath
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast
from xml.etree import ElementTree as ET
from xml.sax.saxutils import quoteattr

from ingestion.read.errors import Refusal
from ingestion.read.number_format import PERCENT_BUILTIN, NumberFormat

MAX_UNPACKED_BYTES = 4 << 30
MAX_STRINGS_BYTES = 1 << 29
"""Of shared strings, which are held in memory whole."""
MAX_PART_BYTES = 1 << 27
"""Of a part that is parsed as a whole."""
_WORKBOOK = "xl/workbook.xml"
_BOOK = "officeDocument"
_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_KEPT = {"sharedStrings": "xl/sharedStrings.xml", "styles": "xl/styles.xml"}
"""Where calamine looks for parts, by the kind of their relationship."""
_IN_MEMORY = 1 << 24
_TRUE = {"1", "true"}
_TOO_LARGE = "Выгрузите данные в CSV и повторите"


@dataclass(frozen=True)
class _Relation:
    identifier: str
    kind: str
    """The last word of the relationship's type."""
    target: str
    """The part as the archive names it."""
    is_direct: bool
    """Whether it is named without detours, which calamine does not follow."""


class XlsxParts:
    """Where each sheet is, which styles show percentages, and whether formulas were calculated."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        if sum(info.file_size for info in archive.infolist()) > MAX_UNPACKED_BYTES:
            raise Refusal(f"книга после распаковки больше {MAX_UNPACKED_BYTES >> 30} ГБ", _TOO_LARGE)
        self._archive = archive
        self._names = {name.replace("\\", "/").lower(): name for name in archive.namelist()}
        self._workbook = self._workbook_part()
        self._relations = self._relations_of(self._workbook)
        tree = self._xml(self._workbook)
        self.sheets = self._sheet_parts(tree)
        """The part of each sheet by its name."""
        self.formats = self._percent_formats()
        """Formats that show percentages, by the number of the style."""
        calculation = tree.find("{*}calcPr")
        settings = {} if calculation is None else calculation.attrib
        self.is_calculated = settings.get("fullCalcOnLoad") not in _TRUE and settings.get("calcCompleted") != "0"
        """Whether results stored beside formulas are results, or stand there because something has to."""
        strings = self._related("sharedStrings")
        if strings is not None and archive.getinfo(strings).file_size > MAX_STRINGS_BYTES:
            raise Refusal("тексты книги после распаковки слишком велики", _TOO_LARGE)

    def source(self, path: Path) -> IO[bytes]:
        """The book as calamine reads it: the file itself, or a copy whose parts have their usual names."""
        usual = (
            self._is_at(self._workbook, _WORKBOOK)
            and all(self._is_at(one.target, _KEPT.get(one.kind)) for one in self._relations)
            and all(one.is_direct for one in self._relations)
            and all(part.lower().startswith("xl/") for part in self.sheets.values())
        )
        return path.open("rb") if usual else self._renamed()

    @staticmethod
    def _is_at(part: str, place: str | None) -> bool:
        return place is None or part.lower() == place.lower()

    def _renamed(self) -> IO[bytes]:
        copy = cast("IO[bytes]", tempfile.SpooledTemporaryFile(_IN_MEMORY))  # noqa: SIM115 - the caller closes it
        with zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
            self._copy(target, self._workbook, _WORKBOOK)
            needed = [one for one in self._relations if one.kind in _KEPT or one.target in self.sheets.values()]
            places = [_KEPT.get(one.kind, f"xl/{one.kind.lower()}s/{number}.xml") for number, one in enumerate(needed)]
            for relation, place in zip(needed, places, strict=True):
                self._copy(target, relation.target, place)
            lines = [
                _relationship(one.identifier, one.kind, f"/{place}") for one, place in zip(needed, places, strict=True)
            ]
            target.writestr("xl/_rels/workbook.xml.rels", _relationships(lines))
            target.writestr("_rels/.rels", _relationships([_relationship("r1", _BOOK, f"/{_WORKBOOK}")]))
        copy.seek(0)
        return copy

    def _copy(self, target: zipfile.ZipFile, part: str, name: str) -> None:
        with self._archive.open(part) as source, target.open(name, "w", force_zip64=True) as sink:
            while block := source.read(1 << 20):
                sink.write(block)

    def _xml(self, part: str) -> ET.Element:
        if self._archive.getinfo(part).file_size > MAX_PART_BYTES:
            raise Refusal(f"часть книги «{part}» после распаковки слишком велика", _TOO_LARGE)
        return ET.fromstring(self._archive.read(part))

    def _workbook_part(self) -> str:
        found = [one.target for one in self._relations_of("") if one.kind == _BOOK]
        usual = self._names.get(_WORKBOOK)
        if not found and usual is not None:
            return usual
        if not found:
            raise Refusal("в книге Excel нет описания листов, она повреждена")
        return found[0]

    def _relations_of(self, part: str) -> list[_Relation]:
        """Relationships to parts that the archive has."""
        folder, name = posixpath.split(part.replace("\\", "/"))
        rels = self._names.get(posixpath.join(folder, "_rels", f"{name}.rels").lower())
        if rels is None:
            return []
        found = []
        for item in self._xml(rels):
            target = item.get("Target", "").replace("\\", "/")
            place = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            existing = self._names.get(place.lower())
            if existing is not None and item.get("TargetMode") != "External":
                kind = item.get("Type", "").rpartition("/")[2]
                found.append(_Relation(item.get("Id", ""), kind, existing, ".." not in target))
        return found

    def _related(self, kind: str) -> str | None:
        found = next((one.target for one in self._relations if one.kind == kind), None)
        return found or self._names.get(_KEPT[kind].lower())

    def _sheet_parts(self, workbook: ET.Element) -> dict[str, str]:
        targets = {one.identifier: one.target for one in self._relations}
        parts: dict[str, str] = {}
        for sheet in workbook.iterfind(".//{*}sheet"):
            relation = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), "")
            if relation in targets:
                parts[sheet.get("name", "")] = targets[relation]
        return parts

    def _percent_formats(self) -> dict[str, NumberFormat]:
        part = self._related("styles")
        if part is None:
            return {}
        styles = self._xml(part)
        codes = dict(PERCENT_BUILTIN)
        for item in styles.iterfind("{*}numFmts/{*}numFmt"):
            codes[int(item.get("numFmtId", "-1"))] = item.get("formatCode", "")
        formats = {number: NumberFormat(code) for number, code in codes.items()}
        percent = {number: one for number, one in formats.items() if one.may_be_percentage}
        numbers = [int(item.get("numFmtId", "0")) for item in styles.iterfind("{*}cellXfs/{*}xf")]
        return {str(style): percent[number] for style, number in enumerate(numbers) if number in percent}


def _relationship(identifier: str, kind: str, target: str) -> str:
    return f'<Relationship Id={quoteattr(identifier)} Type="{_TYPES}/{kind}" Target={quoteattr(target)}/>'


def _relationships(lines: list[str]) -> str:
    return f'<Relationships xmlns="{_PACKAGE}">{"".join(lines)}</Relationships>'
