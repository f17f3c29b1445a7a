-- Grain: indicator_code × year × organisation_id (empty for a row of a municipality as a whole) × municipality_id ×
-- side × measure_code × role × system_code × subject × source row. The rows behind every number, and those left out
-- with the reason; contributions add up to numerator and denominator.

{% set of_the_number = (
    'indicator_code', 'year', 'organisation_id', 'municipality_id', 'region_code', 'side', 'series_key', 'kind', 'day',
) -%}
with counted as (
    select
        lineage.*,
        raw_row.file_sha256,
        raw_row.sheet,
        raw_row.source_row,
        raw_row.row_key,
        raw_row.as_written,
        raw_row.person_rows
    from {{ ref('int_lineage') }} as lineage
    inner join {{ ref('int_raw_row') }} as raw_row
        on
            lineage.kind = raw_row.kind
            and lineage.row_id = raw_row.row_id
),

-- Earlier rows that a row which counts took the place of.
replaced as (
    select
        {% for column in of_the_number -%}
            counted.{{ column }},
        {% endfor -%}
        former.file_sha256,
        former.sheet,
        former.source_row,
        min(former.as_written) as as_written
    from counted
    inner join {{ ref('int_raw_row') }} as former
        on
            counted.kind = former.kind
            and counted.row_key = former.row_key
            and counted.row_id <> former.row_id
    where counted.exclusion is null
    group by
        {% for column in of_the_number -%}
            counted.{{ column }},
        {% endfor -%}
        former.file_sha256, former.sheet, former.source_row
),

unioned as (
    select
        {% for column in of_the_number -%}
            counted.{{ column }},
        {% endfor -%}
        counted.file_sha256,
        counted.sheet,
        counted.source_row,
        counted.as_written,
        counted.value_low,
        counted.value_high,
        counted.contribution,
        counted.contribution_to_municipality,
        counted.contribution_to_region,
        counted.contribution_to_federation,
        counted.exclusion,
        counted.source_rows,
        counted.person_rows
    from counted
    union all
    select
        {% for column in of_the_number -%}
            replaced.{{ column }},
        {% endfor -%}
        replaced.file_sha256,
        replaced.sheet,
        replaced.source_row,
        replaced.as_written,
        cast(null as decimal(18, 6)) as value_low,
        cast(null as decimal(18, 6)) as value_high,
        cast(null as decimal(18, 6)) as contribution,
        cast(null as decimal(18, 6)) as contribution_to_municipality,
        cast(null as decimal(18, 6)) as contribution_to_region,
        cast(null as decimal(18, 6)) as contribution_to_federation,
        'replaced' as exclusion,
        1 as source_rows,
        cast(null as {{ dbt.type_string() }}) as person_rows
    from replaced
)

select
    {{ cast_columns([
        ('unioned.indicator_code', 'indicator_code', 'text'),
        ('passport.short_title', 'indicator_short_title', 'text'),
        ('passport.position', 'indicator_position', 'integer'),
        ('unioned.year', 'year', 'integer'),
        ('unioned.side', 'side', 'text'),
        ('unioned.organisation_id', 'organisation_id', 'text'),
        ('home.organisation_name', 'organisation_name', 'text'),
        ('coalesce(municipality.municipality, home.municipality)', 'municipality', 'text'),
        ('unioned.municipality_id', 'municipality_id', 'text'),
        ('unioned.region_code', 'region_code', 'text'),
        ('series.measure_code', 'measure_code', 'text'),
        ('catalogue.title', 'measure_title', 'text'),
        ('series.role_code', 'role', 'text'),
        ('series.system_code', 'system_code', 'text'),
        ('series.subject_code', 'subject', 'text'),
        ('unioned.kind', 'kind', 'text'),
        ('load_journal.original_name', 'file_name', 'text'),
        ('unioned.file_sha256', 'file_sha256', 'text'),
        ('unioned.sheet', 'sheet', 'text'),
        ('unioned.source_row', 'source_row', 'bigint'),
        ('unioned.source_rows', 'source_rows', 'bigint'),
        ('unioned.person_rows', 'person_rows', 'text'),
        ('case when not source_kind.is_personal then unioned.day end', 'fact_date', 'date'),
        ('unioned.as_written', 'as_written', 'text'),
        ('unioned.value_low', 'value_low', 'decimal(18, 6)'),
        ('unioned.value_high', 'value_high', 'decimal(18, 6)'),
        ('unioned.exclusion is null', 'is_counted', 'boolean'),
        ('unioned.exclusion', 'exclusion', 'text'),
        ('unioned.contribution', 'contribution', 'decimal(18, 6)'),
        ('unioned.contribution_to_municipality', 'contribution_to_municipality', 'decimal(18, 6)'),
        ('unioned.contribution_to_region', 'contribution_to_region', 'decimal(18, 6)'),
        ('unioned.contribution_to_federation', 'contribution_to_federation', 'decimal(18, 6)'),
    ]) }}
from unioned
inner join {{ ref('int_series') }} as series
    on unioned.series_key = series.series_key
inner join {{ ref('int_passport_year') }} as passport
    on
        unioned.indicator_code = passport.indicator_code
        and unioned.year = passport.year
inner join {{ ref('stg_reference__measure') }} as catalogue
    on series.measure_code = catalogue.measure_code
inner join {{ ref('stg_reference__kind') }} as source_kind
    on unioned.kind = source_kind.kind
left join {{ ref('load_journal') }} as load_journal
    on
        unioned.file_sha256 = load_journal.file_sha256
        and unioned.kind = load_journal.kind
left join {{ ref('int_organisation_home') }} as home
    on unioned.organisation_id = home.organisation_id
left join {{ ref('int_municipality') }} as municipality
    on
        unioned.municipality_id = municipality.municipality_id
        and unioned.organisation_id is null
