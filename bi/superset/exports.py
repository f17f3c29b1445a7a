"""What leaves by CSV and XLSX is what stands in the rows: numbers for a Russian Excel, texts as they are.

Superset knows which columns are numbers only while it writes a file, so that is where it is asked. Runs inside
Superset's own environment; superset_config.py hands the application over.
"""

import csv
import io
import re
from decimal import Decimal
from typing import Any

PLAIN_DECIMAL = re.compile(r"-?\d+\.\d+")
BYTE_ORDER_MARK = "\ufeff"
ESCAPE = "\\"
NO_FORMULA = re.compile(r"[%-]|[+-]?\d[\d\u00a0]*(,\d+)?")
"""Units of the agreement, alone in a cell, and numbers as Russians write them: a quotation mark would be in the way."""
FORMULA_SIGNS = frozenset("=+-@")
TEXTS = "vitrina_texts"
"""Where a request keeps the headers of the text columns that it has written out."""


def export_for_excel(app: Any) -> None:
    """Teach Superset's writers of CSV and XLSX."""
    from superset.charts import client_processing
    from superset.utils import csv as csv_writer
    from superset.utils import excel

    guard, write = csv_writer.escape_value, csv_writer.df_to_escaped_csv
    csv_writer.escape_value = lambda value: value if NO_FORMULA.fullmatch(value) else guard(value)
    csv_writer.df_to_escaped_csv = lambda frame, **options: write(_noted(_whole(frame)), **options)
    excel.quote_formulas = quote_formulas
    client_processing.pd = ReadingBack(client_processing.pd)
    app.after_request(csv_for_excel)


class ReadingBack:
    """Pandas for Superset's pivot tables: they read their own CSV back, and a text must not become a number there."""

    def __init__(self, pandas: Any) -> None:
        self.pandas = pandas

    def __getattr__(self, name: str) -> Any:
        return getattr(self.pandas, name)

    def read_csv(self, source: Any, **options: Any) -> Any:
        from flask import g

        return self.pandas.read_csv(source, dtype=dict.fromkeys(g.get(TEXTS, ()), str), escapechar=ESCAPE, **options)


def _noted(frame: Any) -> Any:
    from flask import g

    setattr(g, TEXTS, frozenset(str(name) for name, column in frame.items() if not is_numeric(column)))
    return frame


def _whole(frame: Any) -> Any:
    """Counts as counts: pandas makes fractions of whole numbers where some are missing."""
    fractions = frame.select_dtypes("float")
    whole = [name for name in fractions.columns if (fractions[name].dropna() % 1 == 0).all()]
    return frame.astype(dict.fromkeys(whole, "Int64"))


def is_numeric(column: Any) -> bool:
    """Whether a column of a data frame holds numbers: DECIMAL comes as objects."""
    if column.dtype != object:
        return bool(column.dtype.kind in "iuf")
    values = column.dropna()
    return len(values) > 0 and all(_is_number(value) for value in values)


def _is_number(value: Any) -> bool:
    return isinstance(value, Decimal | int | float) and not isinstance(value, bool)


def quote_formulas(frame: Any) -> Any:
    """Superset's guard against formulas of a workbook, which lets units and numbers pass."""
    for name in frame.select_dtypes(include="object").columns:
        frame[name] = frame[name].map(_quoted)
    return frame


def _quoted(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in FORMULA_SIGNS and not NO_FORMULA.fullmatch(value):
        return f"'{value}"
    return value


def csv_for_excel(response: Any) -> Any:
    """Rewrite an exported CSV so that Excel with Russian settings opens it by double click.

    CSV_EXPORT cannot do it: charts lose its byte order mark, DECIMAL columns keep the point, and pivot tables are
    read back by Superset with a comma, so any other separator breaks their export.
    """
    from flask import g

    if response.mimetype == "text/csv" and not response.is_streamed:
        text = response.get_data().decode("utf-8-sig")
        response.set_data(rewrite_csv(text, g.get(TEXTS, frozenset())).encode())
        response.headers["Content-Type"] = "text/csv; charset=utf-8"
    return response


def rewrite_csv(text: str, texts: frozenset[str]) -> str:
    """The same table with a byte order mark, semicolons, and decimal commas but in the columns that are `texts`.

    The rows of a pivot table have no header: what they are called is text.
    """
    rows = csv.reader(io.StringIO(text, newline=""), escapechar=ESCAPE)
    target = io.StringIO(newline="")
    target.write(BYTE_ORDER_MARK)
    writer = csv.writer(target, delimiter=";")
    header = next(rows, [])
    writer.writerow(header)
    kept = [not name or name in texts for name in header]
    for row in rows:
        writer.writerow([cell if keep else _with_comma(cell) for cell, keep in zip(row, kept, strict=False)])
    return target.getvalue()


def _with_comma(cell: str) -> str:
    return cell.replace(".", ",") if PLAIN_DECIMAL.fullmatch(cell) else cell
