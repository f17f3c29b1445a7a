"""What dbt and the dashboards must know of the kinds of export, written as files from the row models.

`python -m schemas.dbt_metadata` writes them (`make docs`); a test fails when one is behind the models.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from foundation.sources import ROOT
from schemas.dbt_measures import MACROS as MEASURE_MACROS
from schemas.dbt_measures import measure_macros
from schemas.dbt_staging import reference_models, staging_models
from schemas.kinds import KINDS, Kind
from schemas.reference import reference_tables

MACROS = ROOT / "dbt_project" / "macros" / "generated_kinds.sql"
SOURCES = ROOT / "dbt_project" / "models" / "staging" / "_generated_sources.yml"
STAGING = ROOT / "dbt_project" / "models" / "staging" / "_generated_staging.yml"
SENDERS = ROOT / "bi" / "datasets" / "sender_conflict.yaml"
MADE_BY = "Made by `python -m schemas.dbt_metadata` (make docs); not to be edited."


def files() -> dict[Path, str]:
    """Every generated file with its text."""
    return {
        MACROS: macros(),
        MEASURE_MACROS: measure_macros(MADE_BY),
        SOURCES: sources(),
        STAGING: staging(),
        SENDERS: senders(),
        **staging_models(),
        **reference_models(reference_tables()),
    }


def macros() -> str:
    """Lists of kinds, and what a model asks of one kind."""
    kinds = KINDS.values()
    return "\n".join([
        f"{{# {MADE_BY} Text, not a list: that is what a macro returns, so `raw_kinds().split()`. #}}",
        _list("raw_kinds", "The kinds of export, each a raw table.", kinds),
        _list("large_kinds", "Kinds of millions of rows, which have models of their own.",
              (kind for kind in kinds if kind.partition_column)),
        _list("row_kinds", "Kinds whose rows stand in a table of their own, each with its staging model.",
              (kind for kind in kinds if not kind.partition_column)),
        _list("kinds_with_level",
              "Kinds whose rows may speak of a territory instead of an organisation: `level` says which.",
              (kind for kind in kinds if kind.has_level)),
        _list("snapshot_kinds", "Kinds that say how things stood on a day: one of 1 January is of the year before.",
              (kind for kind in kinds if kind.period_kind == "snapshot")),
        _list("submitted_kinds", "Kinds that are sent for a period, which a month's report is waited for.",
              (kind for kind in kinds if kind.period_kind != "none")),
        _list("kinds_with_span", "Kinds whose rows are of a time with a first and a last day, be it a year.",
              (kind for kind in kinds if "period_start" in kind.model.columns)),
        _list("kinds_with_system", "Kinds whose rows are of a system.",
              (kind for kind in kinds if "system_code" in kind.model.columns)),
        _list("kinds_of_years", "Kinds whose facts say of which years there is something to compute.",
              (kind for kind in kinds if kind.year_column or kind.fact_column)),
        _lookup("year_column", "The column of a kind that holds its year; empty where a day tells it.",
                {kind.code: kind.year_column for kind in kinds if kind.year_column}),
        _lookup("fact_column", "The day of the facts of a kind, or the last day of their period.",
                {kind.code: kind.fact_column for kind in kinds if kind.fact_column}),
        _lookup("compared_columns", "What two senders may say differently of one key.",
                {kind.code: " ".join(kind.value_columns) for kind in kinds}),
    ])  # fmt: skip


def _list(name: str, description: str, kinds: Iterable[Kind]) -> str:
    codes = "".join(f"    {kind.code}\n" for kind in kinds)
    return f"\n{{# {description} #}}\n{{% macro {name}() -%}}\n{codes}{{%- endmacro %}}"


def _lookup(name: str, description: str, values: Mapping[str, str]) -> str:
    cases = "".join(f"    {{%- if kind == '{kind}' %}}{value}{{% endif %}}\n" for kind, value in values.items())
    return f"\n{{# {description} #}}\n{{% macro {name}(kind) -%}}\n{cases}{{%- endmacro %}}"


def sources() -> str:
    """The tables that ingestion and schemas.reference write."""
    raw = "".join(f"      - name: {code}\n" for code in KINDS)
    reference = "".join(f"      - name: {table.name}\n" for table in reference_tables())
    return (
        f"# {MADE_BY}\nversion: 2\n\nsources:\n"
        "  - name: raw\n    schema: raw\n"
        "    description: Принятые строки выгрузок за всё время; пишет приём файлов.\n"
        f"    tables:\n{raw}"
        "  - name: reference\n    schema: reference\n"
        "    config: {meta: {dagster: {asset_key: [reference]}}}\n"
        "    description: Справочники и паспорта показателей; пишет schemas.reference.\n"
        f"    tables:\n{reference}"
    )


def staging() -> str:
    """Staging models: what they hold, and that a row and a key stand once."""
    models = "".join(
        f"  - name: stg_{kind.code}\n"
        f"    description: «{kind.title}», действующие строки с указанием исходного файла, листа и строки.\n"
        "    data_tests:\n      - keys:\n          arguments: {columns: [row_id, row_key]}\n"
        "    columns:\n"
        + "".join(
            f"      - name: {name}\n        description: \"{{{{ doc('{name}') }}}}\"\n"
            for name in ("row_id", "row_key")
        )
        for kind in KINDS.values()
        if not kind.partition_column
    )
    return f"# {MADE_BY}\nversion: 2\n\nmodels:\n{models}"


def senders() -> str:
    """The dataset of contradicting senders, with the Russian names of the columns of every kind."""
    titles: dict[str, str] = {}
    for kind in KINDS.values():
        for name in kind.value_columns:
            titles.setdefault(name, _within(kind.model.columns[name].title))
    words = "".join(f"      '{name}': '{title}',\n" for name, title in titles.items()).rstrip(",\n")
    columns = "".join(
        f"  - name: {column}_shown\n    title: {title}\n    expression: >-\n"
        "      ARRAY_TO_STRING(LIST_TRANSFORM(\n"
        f"      LIST_FILTER(STRING_SPLIT({column}_values, '; '), part -> NOT ENDS_WITH(part, '=')),\n"
        f"      part -> COALESCE(MAP {{\n{words}\n"
        "      }[SPLIT_PART(part, '=', 1)] || ': ' || SPLIT_PART(part, '=', 2), part)), '; ')\n"
        for column, title in (("active", "Действующие значения"), ("other", "Другие значения"))
    )
    return (
        f"# {MADE_BY}\n# The mart names values by columns of the exports: «registered=12; headcount=».\n"
        "mart: sender_conflict\ntitle: Одни сведения от двух отправителей\nmunicipality_column: municipality_id\n"
        "metrics:\n"
        '  - {name: conflicts, title: Расхождений, expression: COUNT(*) FILTER (WHERE is_different), format: ",d"}\n'
        f"columns:\n{columns}"
    )


def _within(title: str) -> str:
    """A title in the middle of a line: «ОГРН» stays as it is."""
    return title if title[1:2].isupper() else title[0].lower() + title[1:]


def main() -> None:
    for path, text in files().items():
        path.write_text(text.rstrip("\n") + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
