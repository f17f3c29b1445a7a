-- Grain: entity × year × kind of year × measure × role × system × subject: the last snapshot, or period, of the year.
-- What an entity gave before it closed in the year is added to its heir's, unless the heir's own is of a later day:
-- that one speaks for both (organisation_history.md).

with dated as (
    {% for year_kind, year_column in (('calendar', 'fact_year'), ('school', 'school_year')) -%}
        select
            period.entity_id,
            period.{{ year_column }} as year,
            '{{ year_kind }}' as year_kind,
            period.measure_code,
            period.role_code,
            period.system_code,
            period.subject_code,
            period.value as value_low,
            period.value as value_high,
            period.period_start,
            period.period_end,
            catalogue.rollup
        from {{ ref('int_measure_period') }} as period
        inner join {{ source('reference', 'measure') }} as catalogue
            on
                period.measure_code = catalogue.measure_code
                and catalogue.time_rule in ('snapshot', 'period')
        {% if year_kind == 'school' -%}
            where period.school_year is not null and {{ measured_by_school_year('period.measure_code') }}
        {%- endif %}
        union all
    {% endfor -%}
    select
        speed.entity_id,
        speed.year,
        'calendar' as year_kind,
        'speed' as measure_code,
        '-' as role_code,
        '-' as system_code,
        '-' as subject_code,
        speed.value_low,
        speed.value_high,
        speed.as_of_date as period_start,
        speed.as_of_date as period_end,
        'minimum' as rollup
    from {{ ref('int_speed_year') }} as speed
),

ranked as (
    select
        dated.*,
        row_number() over (
            partition by
                dated.entity_id, dated.year, dated.year_kind, dated.measure_code,
                dated.role_code, dated.system_code, dated.subject_code
            order by dated.period_end desc, dated.period_start desc
        ) as recency
    from dated
),

latest as (
    select
        ranked.*,
        coalesce(heir.heir_id, ranked.entity_id) as heir_id,
        heir.closed_on
    from ranked
    left join {{ ref('int_heir') }} as heir
        on
            ranked.entity_id = heir.entity_id
            and ranked.year = heir.year
    where ranked.recency = 1
),

counted as (
    select latest.*
    from latest
    left join latest as own
        on
            latest.heir_id = own.entity_id
            and latest.entity_id <> own.entity_id
            and latest.year = own.year
            and latest.year_kind = own.year_kind
            and latest.measure_code = own.measure_code
            and latest.role_code = own.role_code
            and latest.system_code = own.system_code
            and latest.subject_code = own.subject_code
    where own.entity_id is null or own.period_end <= latest.closed_on
)

select
    counted.heir_id as entity_id,
    counted.year,
    counted.year_kind,
    counted.measure_code,
    counted.role_code,
    counted.system_code,
    counted.subject_code,
    cast(
        case when min(counted.rollup) = 'minimum' then min(counted.value_low) else sum(counted.value_low) end
        as decimal(18, 6)
    ) as value_low,
    -- A worst site without an upper bound leaves the whole without one only when every site is so.
    cast(
        case when min(counted.rollup) = 'minimum' then min(counted.value_high) else sum(counted.value_high) end
        as decimal(18, 6)
    ) as value_high,
    max(counted.period_end) as as_of_date
from counted
group by
    counted.heir_id, counted.year, counted.year_kind, counted.measure_code,
    counted.role_code, counted.system_code, counted.subject_code
