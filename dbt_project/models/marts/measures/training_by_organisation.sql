-- Grain: year × organisation_id (legal entity) with people on the staff at the year's end.

with staffed as (
    select
        staff.entity_id as organisation_id,
        staff.year,
        sum(case when staff.role_code = 'teacher' then 1 else 0 end) as staff_teachers,
        sum(case when staff.role_code = 'leader' then 1 else 0 end) as staff_leaders,
        sum(case when staff.role_code = 'teacher' and staff.course_of_the_year_on is not null then 1 else 0 end)
            as trained,
        sum(case when staff.role_code = 'teacher' and staff.first_course_on is not null then 1 else 0 end)
            as trained_to_date,
        sum(case when staff.role_code = 'leader' and staff.first_course_on is not null then 1 else 0 end)
            as leaders_trained_to_date
    from {{ ref('int_staff_year') }} as staff
    where staff.year_kind = 'calendar'
    group by staff.entity_id, staff.year
),

headcount as (
    select
        measure_year.entity_id as organisation_id,
        measure_year.year,
        max(case when measure_year.series_key = {{ series('headcount', 'teacher') }} then measure_year.value_low end)
            as teachers,
        max(case when measure_year.series_key = {{ series('headcount', 'leader') }} then measure_year.value_low end)
            as leaders
    from {{ ref('int_measure_year') }} as measure_year
    where measure_year.year_kind = 'calendar'
    group by measure_year.entity_id, measure_year.year
)

select
    {{ cast_columns([
        ('staffed.year', 'year', 'integer'),
        ('staffed.organisation_id', 'organisation_id', 'text'),
    ]) }},
    {{ place_columns('place') }},
    {{ cast_columns([
        ('headcount.teachers', 'teachers', 'bigint'),
        ('staffed.trained', 'trained', 'bigint'),
        ('staffed.trained_to_date', 'trained_to_date', 'bigint'),
        ('headcount.leaders', 'leaders', 'bigint'),
        ('staffed.leaders_trained_to_date', 'leaders_trained_to_date', 'bigint'),
        ('staffed.staff_teachers', 'staff_teachers', 'bigint'),
        ('staffed.staff_leaders', 'staff_leaders', 'bigint'),
    ]) }}
from staffed
left join headcount
    on
        staffed.organisation_id = headcount.organisation_id
        and staffed.year = headcount.year
left join {{ ref('int_organisation_year') }} as place
    on
        staffed.organisation_id = place.organisation_id
        and staffed.year = place.year
