-- Grain: entity × year × kind of year × measure × role × subject: what holds at the year's end or has come to hold by
-- it: deliveries and trained people to date, objects in operation, the organisation itself. Zero where the region has
-- such facts and the entity none; no row where the region is silent.

with organisation as (
    select *
    from {{ ref('int_organisation_year') }}
),

-- Years in which the entity's region speaks of a measure at all.
counted_year as (
    select
        organisation.*,
        series.measure_code,
        series.subject_code
    from organisation
    inner join {{ ref('int_event_start') }} as series
        on
            organisation.region_code = series.region_code
            and organisation.year >= series.first_year
            and organisation.year <= series.last_year
),

-- The same with every entity whose facts are this one's by then: itself, and those it succeeded.
answered as (
    select
        counted_year.*,
        heir.entity_id
    from counted_year
    left join {{ ref('int_heir') }} as heir
        on
            counted_year.organisation_id = heir.heir_id
            and counted_year.year = heir.year
),

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
            and delivery.is_digital_environment
            and delivery.quantity > 0
    where answered.measure_code = 'delivered'
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

trained as (
    select
        staffed.*,
        case when staffed.year_kind = 'school' then spine.school_year_end else spine.year_end end as last_day
    from staffed
    inner join counted_year
        on
            staffed.entity_id = counted_year.organisation_id
            and staffed.year = counted_year.year
            and counted_year.measure_code = 'trained'
    inner join {{ ref('int_year') }} as spine
        on staffed.year = spine.year
),

object as (
    select
        answered.organisation_id as entity_id,
        answered.year,
        answered.year_end,
        answered.subject_code,
        max(case when infrastructure.row_id is null then 0 else 1 end) as has_object
    from answered
    left join {{ ref('stg_infrastructure') }} as infrastructure
        on
            answered.entity_id = infrastructure.entity_id
            and answered.subject_code = infrastructure.object_code
            and answered.year >= infrastructure.start_year
            and infrastructure.state <> 'planned'
            -- A closed object without a day of closing has been closed all along, as far as anybody knows.
            and coalesce(infrastructure.ended_on > answered.year_end, infrastructure.state = 'active')
    where answered.measure_code = 'object'
    group by answered.organisation_id, answered.year, answered.year_end, answered.subject_code
)

select
    delivered.entity_id,
    delivered.year,
    'calendar' as year_kind,
    'delivered' as measure_code,
    '-' as role_code,
    '-' as subject_code,
    cast(delivered.deliveries as decimal(18, 6)) as value,
    least(delivered.year_end, {{ today() }}) as as_of_date
from delivered
union all
{% for measure in ('trained', 'trained_in_period') -%}
    select
        trained.entity_id,
        trained.year,
        trained.year_kind,
        '{{ measure }}' as measure_code,
        trained.role_code,
        '-' as subject_code,
        cast(trained.{{ measure }} as decimal(18, 6)) as value,
        least(trained.last_day, {{ today() }}) as as_of_date
    from trained
    union all
{% endfor -%}
select
    object.entity_id,
    object.year,
    'calendar' as year_kind,
    'object' as measure_code,
    '-' as role_code,
    object.subject_code,
    cast(object.has_object as decimal(18, 6)) as value,
    least(object.year_end, {{ today() }}) as as_of_date
from object
union all
select
    counted_year.organisation_id as entity_id,
    counted_year.year,
    'calendar' as year_kind,
    'organisations' as measure_code,
    '-' as role_code,
    '-' as subject_code,
    cast(1 as decimal(18, 6)) as value,
    least(counted_year.year_end, {{ today() }}) as as_of_date
from counted_year
where counted_year.measure_code = 'organisations' and counted_year.exists_at_year_end
