-- Grain: entity × year × kind of year × series: what holds at the year's end or has come to hold by
-- it: deliveries and trained people to date, objects in operation, the organisation itself. Zero where the region has
-- such facts and the entity none; no row where the region is silent.

with {{ answered_years() }},

delivered as (
    select
        answered.organisation_id as entity_id,
        answered.year,
        answered.year_end,
        count(delivery.row_id) as deliveries
    from answered
    left join {{ ref('int_delivery') }} as delivery
        on
            answered.entity_id = delivery.entity_id
            and answered.year >= delivery.year
            and {{ delivery_exclusion('delivery') }} is null
    where answered.series_key = {{ series('delivered') }}
    group by answered.organisation_id, answered.year, answered.year_end
),

staffed as (
    select
        staff.entity_id,
        staff.year,
        staff.year_kind,
        staff.role_code,
        sum(case when staff.first_course_on is not null then 1 else 0 end) as trained,
        sum(case when staff.course_of_the_year_on is not null then 1 else 0 end) as trained_in_period
    from {{ ref('int_staff_year') }} as staff
    group by staff.entity_id, staff.year, staff.year_kind, staff.role_code
),

spine as (
    {{ years_of_both_kinds() }}
),

trained as (
    select
        staffed.*,
        spine.last_day
    from staffed
    inner join counted_year
        on
            staffed.entity_id = counted_year.organisation_id
            and staffed.year = counted_year.year
            and counted_year.series_key = {{ series('trained') }}
    inner join spine
        on
            staffed.year = spine.year
            and staffed.year_kind = spine.year_kind
),

object as (
    select
        answered.organisation_id as entity_id,
        answered.year,
        answered.year_end,
        answered.series_key,
        max(case when infrastructure.row_id is null then 0 else 1 end) as has_object
    from answered
    inner join {{ ref('int_series') }} as series
        on
            answered.series_key = series.series_key
            and series.measure_code = 'object'
    left join {{ ref('stg_infrastructure') }} as infrastructure
        on
            answered.entity_id = infrastructure.entity_id
            and answered.series_key = {{ series_key("'object'", subject='infrastructure.object_code') }}
            and answered.year >= infrastructure.start_year
            and {{ object_exclusion('infrastructure', 'answered.year_end') }} is null
    group by answered.organisation_id, answered.year, answered.year_end, answered.series_key
)

select
    delivered.entity_id,
    delivered.year,
    'calendar' as year_kind,
    {{ series('delivered') }} as series_key,
    cast(delivered.deliveries as decimal(18, 6)) as value,
    least(delivered.year_end, {{ today() }}) as as_of_date
from delivered
union all
{% for measure in ('trained', 'trained_in_period') -%}
    select
        trained.entity_id,
        trained.year,
        trained.year_kind,
        {{ series_key("'" ~ measure ~ "'", 'trained.role_code') }} as series_key,
        cast(trained.{{ measure }} as decimal(18, 6)) as value,
        least(trained.last_day, {{ today() }}) as as_of_date
    from trained
    union all
{% endfor -%}
select
    object.entity_id,
    object.year,
    'calendar' as year_kind,
    object.series_key,
    cast(object.has_object as decimal(18, 6)) as value,
    least(object.year_end, {{ today() }}) as as_of_date
from object
union all
select
    counted_year.organisation_id as entity_id,
    counted_year.year,
    'calendar' as year_kind,
    counted_year.series_key,
    cast(1 as decimal(18, 6)) as value,
    least(counted_year.year_end, {{ today() }}) as as_of_date
from counted_year
where counted_year.series_key = {{ series('organisations') }} and counted_year.exists_at_year_end
