-- Grain: measure × organisation, site or municipality × period × role × system × subject, one row a value an export
-- gave (row_id leads back); a subject is the object, event or item measured. series_key stands for all four.
-- fact_day is the day whose year and month the value belongs to; school_year is the year in which its school year
-- ends.

with unioned as (
    {% for read_measure in read_measures().split() -%}
        {{ read_measure_rows(read_measure) }}
        union all
    {% endfor -%}
    {{ measure_rows('headcount', "'headcount'", 'students', role="'student'") }}
    union all
    {{ measure_rows('headcount', "'headcount'", 'teachers', role="'teacher'") }}
    union all
    {{ measure_rows('headcount', "'headcount'", 'leaders', role="'leader'") }}
    union all
    {{ measure_rows('headcount', "'headcount'", 'parents', role="'parent'") }}
    union all
    {{ measure_rows('service_coverage', 'service_code', 'covered', 'role_code', 'system_code') }}
    union all
    {{ measure_rows(
        'service_coverage', dbt.concat(['service_code', "'_headcount'"]), 'headcount', 'role_code', 'system_code'
    ) }}
    union all
    -- A speed said but not as a number («+», unreadable) may be anything: from zero to no upper bound.
    {{ measure_rows(
        'connectivity', "'speed'", 'coalesce(speed_low, 0)', starts='measured_on', ends='measured_on',
        value_high='speed_high', where="speed_kind <> 'missing'"
    ) }}
    union all
    {{ event_rows(
        'funding', dbt.concat(["'funding_'", 'plan_or_fact']), 'amount', day='cast(null as date)', year='year'
    ) }}
    union all
    {{ measure_rows('survey', "'answered'", 'answered', starts='surveyed_on', ends='surveyed_on') }}
    union all
    {{ measure_rows('survey', "'satisfied'", 'satisfied', starts='surveyed_on', ends='surveyed_on') }}
    union all
    {{ event_rows(
        'equipment_delivery', "'items'", 'quantity', subject='item', day='delivered_on', year='delivery_year'
    ) }}
    union all
    {{ event_rows(
        'infrastructure', "'object_planned'", '1', subject='object_code', day='started_on', year='start_year',
        where="state = 'planned'"
    ) }}
)

select
    unioned.kind,
    unioned.series_key,
    unioned.measure_code,
    unioned.organisation_id,
    -- What is dated after an entity's closing belongs to its heir, of which it is then a site.
    case when heir.closed_on < unioned.fact_day then heir.heir_id else unioned.entity_id end as entity_id,
    unioned.municipality_key,
    unioned.role_code,
    unioned.system_code,
    unioned.subject_code,
    unioned.period_start,
    unioned.period_end,
    unioned.fact_day,
    unioned.value_low,
    unioned.value_high,
    unioned.row_id,
    unioned.file_sha256,
    unioned.sheet,
    unioned.source_row,
    unioned.load_sequence,
    unioned.received_at,
    cast(extract(year from unioned.fact_day) as integer) as fact_year,
    case
        when unioned.knows_day then cast(extract(year from {{ add_months('unioned.fact_day', 4) }}) as integer)
    end as school_year,
    {{ month_start('unioned.fact_day') }} as fact_month
from unioned
left join {{ ref('int_heir') }} as heir
    on
        unioned.entity_id = heir.entity_id
        and extract(year from unioned.fact_day) = heir.year
        and heir.entity_id <> heir.heir_id
