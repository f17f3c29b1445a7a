-- Grain: entity × year × measure × role × system. A snapshot or period measure takes the last of the year, a to-date
-- measure counts up to the year's end, a minimum takes the worst site.

with ranked as (
    select
        period.*,
        row_number() over (
            partition by
                period.measure_code, period.entity_id, period.role_code, period.system_code, period.fact_year
            order by period.period_end desc, period.period_start desc
        ) as recency
    from {{ ref('int_measure_period') }} as period
),

delivered as (
    select
        organisation.organisation_id as entity_id,
        organisation.year,
        organisation.year_end,
        count(delivery.row_id) as deliveries
    from {{ ref('int_organisation_year') }} as organisation
    inner join {{ ref('int_event_start') }} as series
        on
            organisation.region_code = series.region_code
            and organisation.year >= series.first_year
            and series.measure_code = 'delivered'
    left join {{ ref('int_delivery') }} as delivery
        on
            organisation.organisation_id = delivery.entity_id
            and organisation.year >= delivery.year
            and delivery.is_digital_environment
            and delivery.quantity > 0
    group by organisation.organisation_id, organisation.year, organisation.year_end
),

staffed as (
    select
        staff.entity_id,
        staff.year,
        sum(case when staff.role_code = 'teacher' and staff.first_course_on is not null then 1 else 0 end) as teachers,
        sum(case when staff.role_code = 'leader' and staff.first_course_on is not null then 1 else 0 end) as leaders
    from {{ ref('int_staff_year') }} as staff
    group by staff.entity_id, staff.year
),

trained as (
    select
        staffed.entity_id,
        staffed.year,
        organisation.year_end,
        staffed.teachers,
        staffed.leaders
    from staffed
    inner join {{ ref('int_organisation_year') }} as organisation
        on
            staffed.entity_id = organisation.organisation_id
            and staffed.year = organisation.year
    inner join {{ ref('int_event_start') }} as series
        on
            organisation.region_code = series.region_code
            and organisation.year >= series.first_year
            and series.measure_code = 'trained'
),

unioned as (
    select
        ranked.entity_id,
        ranked.fact_year as year,
        ranked.measure_code,
        ranked.role_code,
        ranked.system_code,
        ranked.value as value_low,
        ranked.value as value_high,
        ranked.period_end as as_of_date
    from ranked
    where ranked.recency = 1
    union all
    select
        speed.entity_id,
        speed.year,
        'speed' as measure_code,
        '-' as role_code,
        '-' as system_code,
        speed.value_low,
        speed.value_high,
        speed.as_of_date
    from {{ ref('int_speed_year') }} as speed
    union all
    select
        delivered.entity_id,
        delivered.year,
        'delivered' as measure_code,
        '-' as role_code,
        '-' as system_code,
        cast(delivered.deliveries as decimal(18, 6)) as value_low,
        cast(delivered.deliveries as decimal(18, 6)) as value_high,
        least(delivered.year_end, {{ today() }}) as as_of_date
    from delivered
    {% for role, people in (('teacher', 'teachers'), ('leader', 'leaders')) -%}
        union all
        select
            trained.entity_id,
            trained.year,
            'trained' as measure_code,
            '{{ role }}' as role_code,
            '-' as system_code,
            cast(trained.{{ people }} as decimal(18, 6)) as value_low,
            cast(trained.{{ people }} as decimal(18, 6)) as value_high,
            least(trained.year_end, {{ today() }}) as as_of_date
        from trained
    {% endfor %}
)

select
    unioned.entity_id,
    cast(unioned.year as integer) as year,
    unioned.measure_code,
    unioned.role_code,
    unioned.system_code,
    unioned.value_low,
    unioned.value_high,
    cast(unioned.as_of_date as date) as as_of_date
from unioned
