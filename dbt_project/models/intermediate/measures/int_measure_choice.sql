-- Grain: entity × year × kind of year × series × period: a snapshot or period of the year,
-- whether it counts for its year, and why not. The last one does. What an entity gave before it closed in the year is
-- added to its successor's, unless the successor's own is of a later day: that one speaks for both
-- (organisation_history.md).

with dated as (
    {% for year_kind, year_column in (('calendar', 'fact_year'), ('school', 'school_year')) -%}
        select
            period.entity_id,
            period.{{ year_column }} as year,
            '{{ year_kind }}' as year_kind,
            period.series_key,
            period.source_rows is null as is_log,
            period.period_start,
            period.period_end
        from {{ ref('int_measure_period') }} as period
        inner join {{ ref('stg_reference__measure') }} as catalogue
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
        {{ series('speed') }} as series_key,
        false as is_log,
        max(speed.period_end) as period_start,
        max(speed.period_end) as period_end
    from {{ ref('int_speed_choice') }} as speed
    where speed.exclusion is null
    group by speed.entity_id, speed.year
),

ranked as (
    select
        dated.*,
        row_number() over (
            partition by dated.entity_id, dated.year, dated.year_kind, dated.series_key
            order by dated.period_end desc, dated.period_start desc
        ) as recency
    from dated
),

answered as (
    select
        ranked.*,
        coalesce(successor.successor_id, ranked.entity_id) as successor_id,
        successor.closed_on
    from ranked
    left join {{ ref('int_successor') }} as successor
        on
            ranked.entity_id = successor.entity_id
            and ranked.year = successor.year
)

select
    answered.entity_id,
    answered.successor_id,
    answered.year,
    answered.year_kind,
    answered.series_key,
    answered.is_log,
    answered.period_start,
    answered.period_end,
    case
        when answered.recency > 1 then 'not_last'
        when own.period_end > answered.closed_on then 'successor_speaks'
    end as exclusion
from answered
left join answered as own
    on
        answered.successor_id = own.entity_id
        and answered.entity_id <> own.entity_id
        and own.recency = 1
        and answered.year = own.year
        and answered.year_kind = own.year_kind
        and answered.series_key = own.series_key
