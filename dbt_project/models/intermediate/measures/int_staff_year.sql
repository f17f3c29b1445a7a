-- Grain: entity × year × kind of year × role × person on the staff on its last day (external part-timers left out),
-- with the date of the first course on the digital environment by then, if any, and the last one within that very
-- year. Staff of an entity that closed are its heir's.

with spine as (
    {{ years_of_both_kinds() }}
),

staff_member as (
    select distinct
        staff.entity_id,
        staff.year,
        staff.year_kind,
        staff.role_code,
        staff.person_key
    from {{ ref('int_staff_row') }} as staff
),

person_year as (
    select
        course.person_key,
        spine.year,
        spine.year_kind,
        min(course.issued_on) as first_course_on,
        max(course.issued_on) as last_course_on,
        max(case when course.issued_on > {{ add_months('spine.last_day', -12) }} then course.issued_on end)
            as course_of_the_year_on
    from {{ ref('int_course_row') }} as course
    inner join spine
        on course.issued_on <= spine.last_day
    where not course.is_duplicate
    group by course.person_key, spine.year, spine.year_kind
)

select
    staff_member.entity_id,
    staff_member.year,
    staff_member.year_kind,
    staff_member.role_code,
    staff_member.person_key,
    person_year.first_course_on,
    person_year.last_course_on,
    person_year.course_of_the_year_on
from staff_member
left join person_year
    on
        staff_member.person_key = person_year.person_key
        and staff_member.year = person_year.year
        and staff_member.year_kind = person_year.year_kind
