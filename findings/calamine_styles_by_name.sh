#!/bin/sh
# Guess: a workbook reader finds the parts of an XLSX by the package's relationships, as the format asks; a reader that
# relied on names would fail loudly where a part has another name.
# What happens: python-calamine takes the styles from the part named xl/styles.xml only. Where the styles part has
# another name, duly declared in the relationships and the content types, every date comes back as its serial number
# (45627.0 for 01.12.2024), without an error. Such names are legal and are written by report generators.
# Seen with: python-calamine 0.9.1, XlsxWriter 3.3.1, Python 3.11. Output:
#   usual name: datetime.date(2024, 12, 1)
#   other name: 45627.0
# Source: found with exports of a reporting system; ECMA-376 Part 2 (parts are addressed by relationships).
# Exits 1 when both files give the same date.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q python-calamine==0.9.1 XlsxWriter==3.3.1
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import datetime
import io
import sys
import zipfile

import xlsxwriter
from python_calamine import CalamineWorkbook


def first_value(content: bytes) -> object:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("S").to_python()[0][0]


usual = io.BytesIO()
with xlsxwriter.Workbook(usual) as book:
    sheet = book.add_worksheet("S")
    sheet.write_datetime(0, 0, datetime.datetime(2024, 12, 1), book.add_format({"num_format": "dd.mm.yyyy"}))

other = io.BytesIO()
with zipfile.ZipFile(usual) as source, zipfile.ZipFile(other, "w") as target:
    for name in source.namelist():
        part = source.read(name)
        if name in {"xl/_rels/workbook.xml.rels", "[Content_Types].xml"}:
            part = part.replace(b"styles.xml", b"formats.xml")
        target.writestr(name.replace("xl/styles.xml", "xl/formats.xml"), part)

as_usual, renamed = first_value(usual.getvalue()), first_value(other.getvalue())
print("usual name:", repr(as_usual))
print("other name:", repr(renamed))
if as_usual != datetime.date(2024, 12, 1):
    sys.exit("changed: the usual file no longer gives the date")
if renamed != 45627.0:
    sys.exit("changed: the styles part is found by its relationship now")
PYTHON
