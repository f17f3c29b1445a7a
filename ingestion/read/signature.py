"""What a file is, told by its bytes; the extension is what somebody typed."""

import re
import zipfile
import zlib
from enum import Enum
from pathlib import Path

from ingestion.read.errors import Refusal

_SAVE_AS = "Сохраните таблицу в XLSX, ODS или CSV и повторите"
_HEAD_BYTES = 16_384  # LibreOffice names forty namespaces before it says what a flat file is
_MIMETYPE_BYTES = 200
_CONTENT_TYPES, _CONTENT_TYPES_BYTES = "[Content_Types].xml", 1 << 20
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_FOREIGN = (
    (b"%PDF", "документ PDF"),
    (b"\x89PNG", "изображение PNG"),
    (b"\xff\xd8\xff", "изображение JPEG"),
    (b"GIF8", "изображение GIF"),
    (b"MZ\x90\x00", "исполняемый файл Windows"),
    (b"\x7fELF", "исполняемый файл Linux"),
    (b"Rar!", "архив RAR (принимается только ZIP)"),
    (b"7z\xbc\xaf\x27\x1c", "архив 7z (принимается только ZIP)"),
    (b"\x1f\x8b", "архив gzip (принимается только ZIP)"),
    (b"{\\rtf", "документ RTF"),
    (b"SQLite format 3\x00", "база данных SQLite"),
    (b"MIME-Version:", "веб-страница MHTML"),
    (b"PARE", "зашифрованный файл Parquet"),
)
_REGISTRY_ROOT = re.compile(rb"<(?:[\w.-]+:)?opendata[\s/>]")
_OPEN_DOCUMENT_ROOT = re.compile(rb"<office:document[\s/>][^>]*")
_HTML = re.compile(rb"<(?:html|!doctype html|table)[\s/>]")
_XML = re.compile(rb"<(?:\?xml|!doctype|[a-z_][\w.:-]*[\s/>])")
_BLANK_BYTES = b" \t\r\n\x0b\x0c\x00\xef\xbb\xbf\xff\xfe"


class FileFormat(Enum):
    """Formats that are read; ARCHIVE is a ZIP of files."""

    XLSX = "xlsx"
    XLS = "xls"
    ODS = "ods"
    FLAT_ODS = "flat_ods"
    PARQUET = "parquet"
    ACCREDITATION = "accreditation"
    TEXT = "text"
    ARCHIVE = "archive"


def detect_format(path: Path) -> FileFormat:
    """The format of the file's content; raises Refusal for anything that holds no table."""
    size = path.stat().st_size
    if size == 0:
        raise Refusal("файл пуст (0 байт)")
    with path.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
    if head.startswith(_ZIP):
        return _detect_zip(path)
    if head.startswith(_OLE):
        return _detect_ole(path)
    if head.startswith(b"PAR1"):
        return FileFormat.PARQUET
    if _REGISTRY_ROOT.search(_markup(head)):
        return FileFormat.ACCREDITATION
    if (root := _OPEN_DOCUMENT_ROOT.search(_markup(head))) is not None:
        if b"opendocument.spreadsheet" not in root.group():
            raise Refusal("это не таблица, а плоский документ OpenDocument", _SAVE_AS)
        return FileFormat.FLAT_ODS
    _refuse_foreign(head)
    _refuse_blank(path)
    return FileFormat.TEXT


def other_xml() -> Refusal:
    """The refusal of an XML file that is not the one registry read as XML."""
    return Refusal(
        "это не таблица, а документ XML, и не открытый реестр аккредитации Рособрнадзора "
        "(ожидалось: OpenData, в нём Certificates и Certificate)",
        _SAVE_AS,
    )


def _markup(head: bytes) -> bytes:
    """The start of a file in lower case when it begins with a tag, else nothing; nulls of UTF-16 left out."""
    text = head.replace(b"\x00", b"").lstrip(_BLANK_BYTES).lower()
    return text if text.startswith(b"<") else b""


def _refuse_foreign(head: bytes) -> None:
    for signature, title in _FOREIGN:
        if head.startswith(signature):
            raise Refusal(f"это не таблица, а {title}", _SAVE_AS)
    text = _markup(head)
    if b"urn:schemas-microsoft-com:office:spreadsheet" in text:
        raise Refusal("это таблица XML 2003, а не книга Excel", "Откройте её в Excel, сохраните в XLSX и повторите")
    if _HTML.search(text):
        raise Refusal(
            "это веб-страница HTML, хотя файл может называться .xls",
            "Откройте её в Excel, сохраните в XLSX и повторите",
        )
    if _XML.match(text):
        raise other_xml()


def _refuse_blank(path: Path) -> None:
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            if chunk.strip(_BLANK_BYTES):
                return
    raise Refusal("файл пуст (в нём только пробелы и переводы строк)")


def _detect_zip(path: Path) -> FileFormat:
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name.replace("\\", "/").lower() for name in archive.namelist()]
            mimetype = _start_of(archive, "mimetype", _MIMETYPE_BYTES)
            content_types = _start_of(archive, _CONTENT_TYPES, _CONTENT_TYPES_BYTES).lower()
    # RuntimeError and NotImplementedError are how zipfile says: a password, an unknown compression; UnicodeDecodeError:
    # a name marked as UTF-8 that is none.
    except (
        zipfile.BadZipFile,
        OSError,
        RuntimeError,
        NotImplementedError,
        KeyError,
        EOFError,
        UnicodeDecodeError,
        zlib.error,
    ) as error:
        raise Refusal("архив или книга повреждены и не открываются") from error
    if mimetype.startswith(b"application/vnd.oasis.opendocument"):
        if b"spreadsheet" in mimetype:
            return FileFormat.ODS
        raise Refusal("это не таблица, а документ OpenDocument", _SAVE_AS)
    if "xl/workbook.bin" in names or b"ms-excel.sheet.binary" in content_types:
        raise Refusal("двоичные книги XLSB не принимаются", "Сохраните книгу в XLSX и повторите")
    if _CONTENT_TYPES.lower() in names:
        if b"spreadsheetml" in content_types or any(name.startswith("xl/") for name in names):
            return FileFormat.XLSX
        title = "документ Word" if any(name.startswith("word/") for name in names) else "документ Office без листов"
        raise Refusal(f"это не таблица, а {title}", _SAVE_AS)
    return FileFormat.ARCHIVE


def _start_of(archive: zipfile.ZipFile, name: str, length: int) -> bytes:
    if name not in archive.namelist():
        return b""
    with archive.open(name) as entry:
        return entry.read(length)


def _detect_ole(path: Path) -> FileFormat:
    # Stream names stand in the directory as UTF-16; the old container is small enough to look through.
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise Refusal("книга защищена паролем", "Снимите пароль, сохраните книгу и повторите")
    if any(name.encode("utf-16-le") + b"\x00\x00" in content for name in ("Workbook", "Book", "WORKBOOK", "BOOK")):
        return FileFormat.XLS
    raise Refusal("это не таблица, а старый документ Office (например, Word)", _SAVE_AS)
