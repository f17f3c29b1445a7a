"""CSV and TSV."""

import codecs
import csv
from pathlib import Path

import pytest

_TABLE = (
    "Контингент, на 01.12.2024\r\nИНН;Организация;Доля\r\n"
    "2447001234;Школа № 1, г. Канск;48,6\r\n2447001235;«Лицей»;1,5\r\n"
)
_ROWS = [
    ("Контингент, на 01.12.2024", None, None),
    ("ИНН", "Организация", "Доля"),
    ("2447001234", "Школа № 1, г. Канск", "48,6"),
    ("2447001235", "«Лицей»", "1,5"),
]


def saved(path: Path, text: str, encoding: str = "utf-8") -> Path:
    """The text as a file, byte for byte."""
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings(tmp_path, read, encoding):
    """Each encoding the contract names is told without asking, and its mark does not stick to the first cell."""
    (sheet,) = read(saved(tmp_path / "список.csv", _TABLE, encoding))
    assert sheet.name == "список"
    assert sheet.frame.rows() == _ROWS
    assert sheet.merged_ranges == ()


def test_utf16_big_endian_with_mark(tmp_path, read):
    """A big-endian file with its mark was taken for little-endian."""
    path = tmp_path / "a.csv"
    path.write_bytes(codecs.BOM_UTF16_BE + _TABLE.encode("utf-16-be"))
    assert read(path)[0].frame.rows() == _ROWS


@pytest.mark.parametrize("delimiter", [";", "\t", ","])
def test_delimiters(tmp_path, read, delimiter):
    """Decimal commas, titles and quoted text must not be taken for the delimiter."""
    path = tmp_path / "a.csv"
    rows = [
        ["Отчёт; версия, первая"],
        ["ИНН", "Адрес", "Доля"],
        *[["2447001234", "г. Канск, ул. Ленина; 1", "48,6"] for _ in range(20)],
    ]
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, delimiter=delimiter).writerows(rows)
    frame = read(path)[0].frame
    assert frame.width == 3
    assert frame.row(5) == tuple(rows[5])
    assert frame.row(0) == ("Отчёт; версия, первая", None, None)


def test_two_columns_with_decimal_commas(tmp_path, read):
    """«Год;План» with a decimal comma in every row was divided at the comma."""
    path = saved(tmp_path / "a.csv", "Год;План\n" + "2024;48,6\n" * 50)
    assert read(path)[0].frame.row(1) == ("2024", "48,6")


def test_comma_file_with_semicolons_inside(tmp_path, read):
    """A comma file whose free text has semicolons was divided at them."""
    path = saved(tmp_path / "a.csv", "a,b,c\n" + "1,2,x; y\n1,2,z\n" * 20)
    assert read(path)[0].frame.row(1) == ("1", "2", "x; y")


def test_excel_delimiter_hint(tmp_path, read):
    """Excel's «sep=» line decides; it stays row 1, so that numbers match."""
    frame = read(saved(tmp_path / "a.csv", "sep=,\na,b\n1,2\n"))[0].frame
    assert frame.row(2) == ("1", "2")


def test_single_column(tmp_path, read):
    """A list of ИНН has no delimiter at all."""
    assert read(saved(tmp_path / "a.csv", "ИНН\n2447001234\n"))[0].frame["c0"].to_list() == ["ИНН", "2447001234"]


def test_quotes_line_breaks_and_ragged_rows(tmp_path, read):
    """A quoted line break shifted every later row number; a short row stopped the reading."""
    path = saved(tmp_path / "a.csv", 'Имя;Адрес;Год\n"ООО ""Ромашка""";"а;б\nв";2024\n\n1;2\n007;;  \n')
    assert read(path)[0].frame.rows() == [
        ("Имя", "Адрес", "Год"),
        ('ООО "Ромашка"', "а;б\nв", "2024"),
        (None, None, None),
        ("1", "2", None),
        ("007", None, None),
    ]


def test_rows_widening_after_the_first_chunk(tmp_path, read):
    """A row wider than all rows of the first chunk lost its last cells."""
    path = saved(tmp_path / "a.csv", "a;b\n" * 20_001 + "1;2;3\n")
    frame = read(path)[0].frame
    assert frame.shape == (20_002, 3)
    assert frame.row(0) == ("a", "b", None)
    assert frame.row(20_001) == ("1", "2", "3")


def test_long_field(tmp_path, read):
    """The csv module stops at a field of 128 KB."""
    assert read(saved(tmp_path / "a.csv", "a;b\n1;" + "я" * 200_000 + "\n"))[0].frame["c1"][1].startswith("яя")


@pytest.mark.parametrize("text", ['a;b\n1;"Ромашка\n2;x\n3;y\n', 'a;b\n1;"Лицей" г. Канска\n2;x\n'])
def test_wrong_quotes_are_refused(tmp_path, refusal, text):
    """A quote left open swallowed the rest of the file into one cell: rows vanished without a word."""
    message = refusal(saved(tmp_path / "a.csv", text))
    assert "запис" in message
    assert "кавычки" in message


@pytest.mark.parametrize(
    ("misread_as", "reason"), [("cp1251", "UTF-8 прочитан как Windows-1251"), ("cp1252", "UTF-8 прочитан как Latin-1")]
)
def test_utf8_decoded_wrongly_and_saved_is_refused(tmp_path, refusal, misread_as, reason):
    """«РћСЂРі…» and «ÐžÑ€Ð³…» are valid text, so the names were loaded and matched nothing."""
    garbled = "ИНН;Организация;Муниципалитет\n1;Школа;Канск\n".encode().decode(misread_as, "ignore")
    message = refusal(saved(tmp_path / "a.csv", garbled))
    assert "файл перекодирован неверно" in message
    assert reason in message
    assert "UTF-8 или Windows-1251" in message


def test_windows_1251_decoded_as_latin1_is_refused(tmp_path, refusal):
    """«Îðãàíèçàöèÿ» is valid UTF-8 too."""
    garbled = "ИНН;Организация\n1;Школа\n".encode("cp1251").decode("latin-1")
    assert "Windows-1251 прочитан как Latin-1" in refusal(saved(tmp_path / "a.csv", garbled))


def test_one_garbled_cell_far_down_is_refused(tmp_path, refusal):
    """A file glued from two exports is garbled only from the middle on."""
    garbled = "Гимназия".encode().decode("cp1251", "ignore")
    text = "ИНН;Организация\n" + "1;Школа\n" * 5000 + f"2;{garbled}\n"
    assert "строка 5002" in refusal(saved(tmp_path / "a.csv", text))


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("РСФСР;СССР\nСёмкин;РЁВ\nРС «Якутия»;С№ 1\n", "utf-8"),
        ("РСФСР;СССР\nСёмкин;РЁВ\nРС «Якутия»;С№ 1\n", "cp1251"),
        ("ВСЁ ПРОПИСНЫМИ;ШКОЛА\nМБОУ СОШ № 1;КАНСК\n", "cp1251"),
        ("Наименование;Цена\nCafé «Élysée»;25 €\nнаивный naïve;± 5 °С\n", "utf-8"),
    ],
)
def test_unusual_but_honest_text_is_read(tmp_path, read, text, encoding):
    """The search for garbage must not refuse Russian text with Р, С, Ё and signs, or a French name."""
    assert read(saved(tmp_path / "a.csv", text, encoding))[0].frame.width == 2


def test_replacement_characters_are_refused(tmp_path, refusal):
    """Letters already lost cannot be repaired, and two different names became one."""
    assert "знаки замены" in refusal(saved(tmp_path / "a.csv", "ИНН;Организация\n1;Шк\ufffdла\n"))


@pytest.mark.parametrize(
    "row",
    ["1\xa0000;2\xa0000", "–;—", "«А»;№ 1", "№ 1;№ 2", "…;5\xa0°", "ш\xadк\xadо\xadл\xadа;1", "\t«Ёлочка»\t;1", "1;2"],
)
def test_windows_1251_is_told_whatever_the_share_of_letters(tmp_path, read, row):
    """A file with more non-breaking spaces in its numbers than letters in its header was refused."""
    text = "ИНН;Обучающихся\n" + f"{row}\n" * 200
    frame = read(saved(tmp_path / "a.csv", text, "cp1251"))[0].frame
    assert frame.equals(read(saved(tmp_path / "b.csv", text, "utf-8"))[0].frame)


@pytest.mark.parametrize("encoding", ["cp866", "koi8-r", "mac-cyrillic"])
@pytest.mark.parametrize("row", ["1;Средняя школа Города Канска", "2447900333;1 000"])
def test_other_encodings_are_refused(tmp_path, refusal, encoding, row):
    """Any bytes decode as Windows-1251; cp866, KOI8-R and Mac became nonsense names."""
    text = "ИНН;Организация;Обучающихся;Дата\n" + f"{row.replace(' ', chr(160))}\n" * 20
    assert "кодировка не распознана" in refusal(saved(tmp_path / "a.csv", text, encoding))


def test_damaged_utf8_is_refused(tmp_path, refusal):
    """One byte lost in a UTF-8 file turned the whole of it into Windows-1251 nonsense."""
    content = _TABLE.encode()
    path = tmp_path / "a.csv"
    path.write_bytes(content[:60] + b"\xff" + content[60:])
    assert "UTF-8 повреждён около байта" in refusal(path)


@pytest.mark.parametrize(
    ("mark", "tail"),
    [(codecs.BOM_UTF8, "Школа".encode("cp1251")), (codecs.BOM_UTF16_LE, "Школа".encode("utf-16-le")[:-1])],
)
def test_mark_that_lies_is_refused(tmp_path, refusal, mark, tail):
    """A mark in front of bytes in another encoding ended in a traceback."""
    path = tmp_path / "a.csv"
    path.write_bytes(mark + tail)
    assert "файл помечен как UTF-" in refusal(path)


def test_nul_bytes_are_refused(tmp_path, refusal):
    """A file with a hole of zero bytes, as an interrupted copy leaves it, was read up to the hole."""
    path = tmp_path / "a.csv"
    path.write_bytes("ИНН;Организация\n".encode() + b"\x00" * 300 + b"1;2\n")
    assert "нулевые байты" in refusal(path)
