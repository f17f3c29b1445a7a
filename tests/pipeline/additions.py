"""What a developer writes to add something to the project, as real edits of real files. All names are invented."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Edit:
    """One file touched by hand: a new one, or text put after the last place where `after` stands in it."""

    path: str
    text: str
    after: str | None = None

    def apply(self, project: Path) -> None:
        """Write it into a copy of the project; AssertionError when the file is not what the edit was written for."""
        path = project / self.path
        if self.after is None:
            assert not path.exists(), f"{self.path} is there already"
            path.write_text(self.text, encoding="utf-8")
            return
        head, found, tail = path.read_text(encoding="utf-8").rpartition(self.after)
        assert found, f"{self.path}: no «{self.after}»"
        path.write_text(f"{head}{found}{self.text}{tail}", encoding="utf-8")


ROW_MODEL = '''"""Meals at school."""

import pandera.polars as pa
import polars as pl

from schemas.columns import ORGANISATION, ROLE, SYSTEM, count, fact_date, row_rule
from schemas.kind import Kind

MEAL_COVERAGE = pa.DataFrameSchema(
    {
        **ORGANISATION,
        "system_code": SYSTEM,
        "snapshot_date": fact_date("Дата", "Дата, на которую дано число", parse="snapshot_date"),
        "role_code": ROLE,
        "fed": count("Получили горячее питание", "Получили горячее питание, человек", required=True),
        "fed_free": count("Питались бесплатно", "Из них бесплатно, человек"),
    },
    checks=[row_rule("fed_free_not_above_fed", "fed_free", pl.col("fed_free") <= pl.col("fed"))],
)

KINDS = (
    Kind(
        "meal_coverage",
        "Горячее питание",
        MEAL_COVERAGE,
        ("system_code", "snapshot_date", "organisation_id", "role_code"),
        position=900,
        scope=("system_code", "snapshot_date"),
        period_kind="snapshot",
        period_column="snapshot_date",
    ),
)
'''
RULE = """    Rule(
        "fed_free_not_above_fed", "Бесплатно больше, чем всего", "питавшихся бесплатно не может быть больше, чем всех"
    ),
"""
HEADER_MAP = """kind: meal_coverage
layouts:
  - name: meals
    required: [system_code, snapshot_date, role_code, fed]
    context: [system_code, snapshot_date]
    columns:
      system_code: [Система]
      snapshot_date: [Дата]
      role_code: [Роль]
      fed: [Получили горячее питание]
      fed_free: [Питались бесплатно]
"""
MART = """-- Grain: organisation × date × system × role: how many had a hot meal.

select
    {{ cast_columns([
        ('meal.system_code', 'system_code', 'text'),
        ('meal.snapshot_date', 'date', 'date'),
        ('meal.organisation_id', 'organisation_id', 'text'),
        ('home.organisation_name', 'organisation_name', 'text'),
        ('home.municipality', 'municipality', 'text'),
        ('home.municipality_id', 'municipality_id', 'text'),
        ('home.region_code', 'region_code', 'text'),
        ('meal.role_code', 'role', 'text'),
        ('meal.fed', 'fed', 'bigint'),
        ('meal.fed_free', 'fed_free', 'bigint'),
    ]) }},
    {{ source_row_columns('meal') }}
from {{ ref('stg_meal_coverage') }} as meal
left join {{ ref('int_organisation_home') }} as home
    on meal.organisation_id = home.organisation_id
"""


def _shared(*names: tuple[str, str]) -> str:
    return "".join(
        f"      - name: {name}\n        data_type: {dtype}\n        description: \"{{{{ doc('{name}') }}}}\"\n"
        for name, dtype in names
    )


def _own(name: str, dtype: str, label: str, description: str) -> str:
    return (
        f"      - name: {name}\n        data_type: {dtype}\n        description: {description}\n"
        f"        config: {{meta: {{label: {label}}}}}\n"
    )


MART_CONTRACT = "".join([
    "models:\n  - name: meal_by_organisation\n    config: {meta: {rows_of: [meal_coverage]}}\n",
    "    description: Горячее питание по организациям и датам.\n    data_tests:\n      - unique_grain:\n",
    "          arguments:\n            columns: [organisation_id, date, system_code, role]\n    columns:\n",
    _shared(
        ("system_code", "string"), ("date", "date"), ("organisation_id", "string"), ("organisation_name", "string"),
        ("municipality", "string"), ("municipality_id", "string"), ("region_code", "string"), ("role", "string"),
    ),
    _own("fed", "bigint", "Получили питание", "Получили горячее питание, человек"),
    _own("fed_free", "bigint", "Питались бесплатно", "Из них бесплатно, человек"),
    _shared(("file_sha256", "string"), ("sheet", "string"), ("source_row", "bigint")),
])  # fmt: skip
PASSPORT = """code: teachers_to_students
version: 1
position: 900
title: Педагогов на сто обучающихся
short_title: Педагогов на сто обучающихся
definition: Численность педагогов, делённая на численность обучающихся, умноженная на 100.
definition_source: определение проекта
document: Выдуманный приказ
unit: "%"
precision: 1
direction: up
aggregation: ratio_of_sums
cumulative: none
population: general_education
numerator:
  own:
    - {measure: headcount, role: teacher}
denominator:
  own:
    - {measure: headcount, role: student}
"""
SYSTEM = """- code: school_table
  title: АИС «Школьный стол»
  short_title: Школьный стол
  spellings: [Школьный стол, АИС Школьный стол]
  kind: автоматизированная информационная система
  role: source
  exports: [platform_registration]
  measures: питание обучающихся
  grain: организация
  document_rows: []
"""
CHART = """      - - name: records_by_organisation
          title: Документов по организациям за выбранный год
          type: table
          dataset: training_by_programme
          columns: [organisation_name]
          metrics: [records_sum]
          order: [-records_sum]
          height: 40
"""
COLUMN_SQL = "        ('certificate.certificate_type is not null', 'is_type_told', 'boolean'),\n"
COLUMN_CONTRACT = _own("is_type_told", "boolean", "Вид указан", "Указан ли в выгрузке вид сертификата")

MARTS = "dbt_project/models/marts/measures"
GOALS = {"kind": 6, "indicator": 1, "system": 1, "chart": 1, "column": 2}
"""How many files a developer may have to touch by hand."""
ADDITIONS: Mapping[str, tuple[Edit, ...]] = {
    "kind": (
        Edit("schemas/models/meals.py", ROW_MODEL),
        Edit("schemas/rules.py", RULE, after="        is_warning=True,\n    ),\n"),
        Edit("schemas/header_maps/meal_coverage.yaml", HEADER_MAP),
        Edit("schemas/catalogues/measures.csv",
             "meals,Получили горячее питание,snapshot,sum,чел.,meal_coverage,unknown,,fed\n", after="\n"),
        Edit(f"{MARTS}/meal_by_organisation.sql", MART),
        Edit(f"{MARTS}/meal_by_organisation.yml", MART_CONTRACT),
    ),
    "indicator": (Edit("schemas/passports/teachers_to_students.yaml", PASSPORT),),
    "system": (Edit("schemas/catalogues/systems.yaml", SYSTEM, after="\n"),),
    "chart": (Edit("bi/dashboards/training.yaml", CHART, after="  - title: Программы\n    rows:\n"),),
    "column": (
        Edit(f"{MARTS}/certificate_by_territory.sql", COLUMN_SQL,
             after="('certificate.certificate_type', 'certificate_type', 'text'),\n"),
        Edit(f"{MARTS}/certificate_by_territory.yml", COLUMN_CONTRACT,
             after="certificate_type in ('registration', 'financing')\"\n"),
    ),
}  # fmt: skip
"""What is added, in the order in which it is: each kind of change with its edits."""
