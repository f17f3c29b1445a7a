-- Grain: row of an event × year it counts for × kind of year × is_cumulative (no: its own year; yes: every year from
-- it on), of an entity or of a municipality as a whole. An entity's events are its successor's from the year it closed.

-- Events of entities, and what is said of a municipality as a whole.
{% set nobody = 'cast(null as ' ~ dbt.type_string() ~ ')' %}
{% set origins = [
    ('int_measure_counted', 'measure.entity_id', nobody, '1 = 1'),
    ('int_measure', nobody, 'measure.municipality_key', 'measure.organisation_id is null'),
] %}

with flow as (
    {% for model, entity_id, municipality_key, condition in origins -%}
        select
            measure.kind,
            {{ entity_id }} as entity_id,
            {{ municipality_key }} as municipality_key,
            measure.series_key,
            measure.measure_code,
            measure.fact_year,
            measure.school_year,
            measure.value_low as value,
            measure.period_end,
            measure.row_id,
            measure.file_sha256,
            measure.sheet,
            measure.source_row
        from {{ ref(model) }} as measure
        inner join {{ ref('stg_reference__measure') }} as catalogue
            on
                measure.measure_code = catalogue.measure_code
                and catalogue.time_rule = 'flow'
        where {{ condition }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

placed as (
    select
        flow.fact_year as year,
        'calendar' as year_kind,
        false as is_cumulative,
        flow.*
    from flow
    union all
    select
        flow.school_year as year,
        'school' as year_kind,
        false as is_cumulative,
        flow.*
    from flow
    where flow.school_year is not null and {{ measured_by_school_year('flow.measure_code') }}
    union all
    select
        spine.year,
        'calendar' as year_kind,
        true as is_cumulative,
        flow.*
    from flow
    left join {{ ref('int_organisation_current') }} as organisation
        on flow.entity_id = organisation.organisation_id
    left join {{ ref('int_municipality') }} as municipality
        on flow.municipality_key = municipality.municipality_key
    inner join {{ ref('int_region_span') }} as span
        on coalesce(organisation.region_code, municipality.region_code) = span.region_code
    inner join {{ ref('int_year') }} as spine
        on
            flow.fact_year <= spine.year
            and spine.year <= span.last_year
)

select
    coalesce(successor.successor_id, placed.entity_id) as entity_id,
    placed.municipality_key,
    cast(placed.year as integer) as year,
    placed.year_kind,
    placed.is_cumulative,
    placed.kind,
    placed.series_key,
    placed.measure_code,
    placed.value,
    placed.period_end,
    placed.row_id,
    placed.file_sha256,
    placed.sheet,
    placed.source_row
from placed
left join {{ ref('int_successor') }} as successor
    on
        placed.entity_id = successor.entity_id
        and placed.year = successor.year
