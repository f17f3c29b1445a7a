"""Members of a received file, and files that are no table at all."""

import hashlib
import struct
import unicodedata
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from ingestion.read import Member, UnreadableFileError, container, open_members, read_workbook

TIMEZONE = "Europe/Moscow"
_CSV = "ИНН;Организация\n2447001234;Школа\n".encode()


def zipped(path: Path, entries: dict[str, bytes]) -> Path:
    """A ZIP of these entries."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


def test_plain_file_is_its_own_member(tmp_path):
    """The hash is of the file's bytes; nothing is copied."""
    path = tmp_path / "a.csv"
    path.write_bytes(_CSV)
    assert open_members(path, "Контингент.csv", tmp_path / "workspace") == [
        Member("Контингент.csv", hashlib.sha256(_CSV).hexdigest(), len(_CSV), None, None, path)
    ]


def test_zip_counts_as_its_members(tmp_path):
    """Each member has its own hash beside the container's; folders, hidden files and macOS's additions are skipped."""
    path = zipped(
        tmp_path / "all.zip",
        {
            "папка/": b"",
            "папка/школа.csv": _CSV,
            "b.csv": _CSV + b"1;2\n",
            "__MACOSX/._b.csv": b"x",
            ".DS_Store": b"x",
            "папка/.hidden/c.csv": b"x",
        },
    )
    first, second = open_members(path, "all.zip", tmp_path / "workspace")
    assert (first.name, second.name) == ("папка/школа.csv", "b.csv")
    assert first.sha256 == hashlib.sha256(_CSV).hexdigest() != second.sha256
    assert first.container_name == "all.zip"
    assert first.container_sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert first.size_bytes == len(_CSV)
    (sheet,) = read_workbook(first, TIMEZONE).sheets
    assert sheet.name == "школа"
    assert sheet.frame.row(1) == ("2447001234", "Школа")


@pytest.mark.parametrize("encoding", ["cp866", "cp1251", "utf-8"])
@pytest.mark.parametrize(
    "name",
    ["контингент.csv", "Отчёт.csv", "план.csv", "СОШ № 5/ОТЧЁТ.csv", "Ёлка.csv", "яблоко.csv", "ПФДО.csv", "а.csv"],
)
def test_russian_names_without_the_utf8_mark(tmp_path, encoding, name):
    """Windows writes names in cp866 without saying so, other programs in cp1251; they came out as «ЄрёЄр»."""
    raw = name.encode(encoding)
    path = zipped(tmp_path / "a.zip", {"x" * len(raw): _CSV})
    path.write_bytes(path.read_bytes().replace(b"x" * len(raw), raw))
    assert [member.name for member in open_members(path, "a.zip", tmp_path / "w")] == [name]


def test_any_bytes_are_a_name(tmp_path):
    """Bytes of no encoding ended in a traceback."""
    raw = bytes(byte for byte in range(1, 256) if chr(byte) not in "/\\.")
    path = zipped(tmp_path / "a.zip", {"x" * len(raw): _CSV})
    path.write_bytes(path.read_bytes().replace(b"x" * len(raw), raw))
    (member,) = open_members(path, "a.zip", tmp_path / "w")
    assert member.name.encode("utf-8")


def test_macos_name_is_composed(tmp_path):
    """macOS writes «й» as two characters, and the name was another than the one people type."""
    path = zipped(tmp_path / "a.zip", {unicodedata.normalize("NFD", "Енисейский.csv"): _CSV})
    assert open_members(path, "a.zip", tmp_path / "w")[0].name == "Енисейский.csv"


def test_service_files_are_skipped_and_told_once(tmp_path):
    """The lock file of an open workbook was refused as a damaged workbook beside its good one."""
    entries = {
        "отчёт/~$a.xlsx": b"\x05x\x00",
        "отчёт/Thumbs.db": b"x",
        "отчёт/.~lock.b.ods#": b",",
        "desktop.ini": b"[",
    }
    path = zipped(tmp_path / "a.zip", {**entries, "отчёт/a.csv": _CSV, "отчёт/b.csv": _CSV})
    first, second = open_members(path, "a.zip", tmp_path / "w")
    assert (first.name, second.name) == ("отчёт/a.csv", "отчёт/b.csv")
    (remark,) = read_workbook(first, TIMEZONE).remarks
    assert remark.startswith("служебные файлы архива пропущены: «desktop.ini», ")
    assert all(f"«{name}»" in remark for name in entries)
    assert read_workbook(second, TIMEZONE).remarks == ()


def test_names_cannot_leave_the_workspace(tmp_path):
    """A member named ../../x wrote over files of the server."""
    path = zipped(tmp_path / "a.zip", {"../../evil.csv": _CSV, "/etc/evil.csv": _CSV, "..\\..\\evil2.csv": _CSV})
    workspace = tmp_path / "deep" / "workspace"
    members = open_members(path, "a.zip", workspace)
    assert {member.content.parent for member in members} == {workspace}
    assert [member.name for member in members] == ["evil.csv", "etc/evil.csv", "evil2.csv"]
    assert not list(tmp_path.glob("**/evil*"))


def test_refused_member_names_the_container(tmp_path):
    """The advice told to add a file that exists only inside the archive."""
    path = zipped(tmp_path / "all.zip", {"a.csv": b""})
    (member,) = open_members(path, "all.zip", tmp_path / "w")
    with pytest.raises(UnreadableFileError, match=r"^all\.zip/a\.csv: файл пуст .*vitrina add all\.zip$"):
        read_workbook(member, TIMEZONE)


def test_name_with_spaces_is_quoted_in_the_advice(tmp_path):
    """The command copied from the message was taken for two files."""
    path = tmp_path / "x"
    path.write_bytes(b"")
    (member,) = open_members(path, "мой файл.csv", tmp_path / "w")
    with pytest.raises(UnreadableFileError, match=r'vitrina add "мой файл\.csv"$'):
        read_workbook(member, TIMEZONE)


def test_workbook_is_not_unpacked(tmp_path):
    """XLSX is a ZIP, too, and must not be taken apart into members."""
    path = tmp_path / "a.xlsx"
    xlsxwriter.Workbook(path).close()
    assert len(open_members(path, "a.xlsx", tmp_path / "w")) == 1


def test_workbooks_inside_a_zip_are_no_nested_archives(tmp_path):
    """A ZIP of XLSX files is the usual parcel of a region."""
    book = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(book) as workbook:
        workbook.add_worksheet("Лист1").write("A1", "ИНН")
    path = zipped(tmp_path / "a.zip", {"a.xlsx": book.read_bytes()})
    (member,) = open_members(path, "a.zip", tmp_path / "w")
    assert read_workbook(member, TIMEZONE).sheets[0].frame.item() == "ИНН"


def test_zip_in_zip_is_refused(tmp_path, refusal):
    """Unpacking without end, and members whose container nobody sent."""
    inner = zipped(tmp_path / "inner.zip", {"a.csv": _CSV}).read_bytes()
    assert "другой архив («inner.zip»)" in refusal(zipped(tmp_path / "a.zip", {"inner.zip": inner}))


@pytest.mark.parametrize("entries", [{}, {"folder/": b"", "__MACOSX/x": b"1"}])
def test_empty_zip_is_refused(tmp_path, refusal, entries):
    """An archive of nothing was journalled as loaded."""
    assert "архив ZIP пуст" in refusal(zipped(tmp_path / "a.zip", entries))


def test_encrypted_zip_is_refused(tmp_path, refusal):
    """A password ended in a RuntimeError."""
    path = zipped(tmp_path / "a.zip", {"a.csv": _CSV})
    content = bytearray(path.read_bytes())
    directory = content.index(b"PK\x01\x02")
    struct.pack_into("<H", content, 6, 1)
    struct.pack_into("<H", content, directory + 8, 1)
    path.write_bytes(content)
    assert "архив ZIP защищён паролем" in refusal(path)


def test_unpacked_size_is_bounded(tmp_path, refusal, monkeypatch):
    """A small archive filled the disk."""
    monkeypatch.setattr(container, "MAX_UNPACKED_BYTES", 3 << 20)
    path = zipped(tmp_path / "a.zip", {f"{number}.csv": b"1;2\n" * (1 << 18) for number in range(4)})
    assert "после распаковки архив больше 3 МБ" in refusal(path)


def test_number_of_members_is_bounded(tmp_path, refusal, monkeypatch):
    """An archive of a million files took the night."""
    monkeypatch.setattr(container, "MAX_MEMBERS", 2)
    path = zipped(tmp_path / "a.zip", {f"{number}.csv": _CSV for number in range(3)})
    assert "в архиве 3 файлов, принимается не более 2" in refusal(path)


def test_damaged_zip_is_refused(tmp_path, refusal):
    """A wrong checksum inside went unnoticed until a traceback."""
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", _CSV)
    path.write_bytes(path.read_bytes().replace(b"2447001234", b"2447001239"))
    assert "архив ZIP повреждён" in refusal(path)


def test_unsupported_compression_is_refused(tmp_path, refusal):
    """Deflate64, which Windows uses for large files, ended in NotImplementedError."""
    path = zipped(tmp_path / "a.zip", {"a.csv": _CSV})
    content = bytearray(path.read_bytes())
    directory = content.index(b"PK\x01\x02")
    struct.pack_into("<H", content, 8, 9)
    struct.pack_into("<H", content, directory + 10, 9)
    path.write_bytes(content)
    assert "способом, который не поддерживается" in refusal(path)


def test_missing_file_is_refused(tmp_path, refusal):
    """A wrong path ended in a traceback."""
    assert "файл не читается" in refusal(tmp_path / "нет.csv")


@pytest.mark.parametrize("content", [b"", b" \r\n\t\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\r\n ", b"\xff\xfe\r\x00\n\x00"])
def test_empty_file_is_refused(tmp_path, refusal, content):
    """A failed export leaves an empty file; it was loaded as zero rows."""
    path = tmp_path / "kontingent.csv"
    path.write_bytes(content)
    assert "файл пуст" in refusal(path)


def test_message_of_an_empty_file(tmp_path, refusal):
    """The message says what is wrong and what to do."""
    path = tmp_path / "kontingent.xlsx"
    path.write_bytes(b"")
    assert refusal(path) == (
        "kontingent.xlsx: файл пуст (0 байт). Выгрузите его заново и повторите: vitrina add kontingent.xlsx"
    )


def test_file_of_delimiters_is_refused(tmp_path, refusal):
    """A file of bare semicolons has rows and not a single value."""
    path = tmp_path / "a.csv"
    path.write_bytes(b";;;\n;;;\n")
    assert "нет ни одной заполненной ячейки" in refusal(path)


@pytest.mark.parametrize(
    ("content", "title"),
    [
        (b"%PDF-1.7\n", "документ PDF"),
        (b"\x89PNG\r\n\x1a\n", "изображение PNG"),
        (b"\xff\xd8\xff\xe0", "изображение JPEG"),
        (b"MZ\x90\x00\x03", "исполняемый файл Windows"),
        (b"\x7fELF\x02", "исполняемый файл Linux"),
        (b"Rar!\x1a\x07", "архив RAR"),
        (b"7z\xbc\xaf\x27\x1c", "архив 7z"),
        (b"{\\rtf1", "документ RTF"),
        (b"<html><body><table>", "веб-страница HTML"),
        (b"\xef\xbb\xbf\r\n<!DOCTYPE html>", "веб-страница HTML"),
        (b"\xff\xfe" + "<html>".encode("utf-16-le"), "веб-страница HTML"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "XML 2003"),
        (b'<?xml version="1.0"?><data/>', "документ XML"),
    ],
)
def test_what_is_no_table_is_refused_by_its_name(tmp_path, refusal, content, title):
    """An HTML page or a PDF called .xls was read as a one-column CSV."""
    path = tmp_path / "a.xls"
    path.write_bytes(content)
    assert title in refusal(path)


@pytest.mark.parametrize(
    ("entries", "title"),
    [
        ({"[Content_Types].xml": b"", "word/document.xml": b""}, "документ Word"),
        ({"[Content_Types].xml": b"", "xl/workbook.bin": b""}, "XLSB"),
        ({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b""}, "документ OpenDocument"),
    ],
)
def test_other_office_packages_are_refused(tmp_path, refusal, entries, title):
    """A DOCX is a ZIP; it was unpacked and its XML parts listed as members."""
    assert title in refusal(zipped(tmp_path / "a.xlsx", entries))


@pytest.mark.parametrize(
    ("stream", "problem"),
    [
        ("EncryptedPackage", "книга защищена паролем"),
        ("WordDocument", "старый документ Office"),
        ("Workbook", "повреждена"),
    ],
)
def test_old_office_containers(tmp_path, refusal, stream, problem):
    """A protected XLSX is an OLE container like XLS and Word; each needs its own advice."""
    path = tmp_path / "a.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + stream.encode("utf-16-le") + b"\x00" * 600)
    assert problem in refusal(path)
