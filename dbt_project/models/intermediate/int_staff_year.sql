-- Grain: entity × year × role × person on the staff on 31 December (external part-timers left out), with the date of
-- the first course on the digital environment by then, if any.

with staff_member as (
    select
        staff.entity_id,
        spine.year,
        spine.year_end,
        staff.category_code as role_code,
        staff.person_key
    from {{ ref('stg_staff') }} as staff
    inner join {{ ref('int_year') }} as spine
        on
            staff.hired_on <= spine.year_end
            and coalesce(staff.dismissed_on >= spine.year_end, true)
    where not staff.is_external and staff.category_code in ('teacher', 'leader')
    group by staff.entity_id, spine.year, spine.year_end, staff.category_code, staff.person_key
),

person_year as (
    select
        course.person_key,
        spine.year,
        min(course.issued_on) as first_course_on,
        max(course.issued_on) as last_course_on
    from {{ ref('int_course') }} as course
    inner join {{ ref('int_year') }} as spine
        on course.issued_on <= spine.year_end
    group by course.person_key, spine.year
)

select
    staff_member.entity_id,
    staff_member.year,
    staff_member.role_code,
    staff_member.person_key,
    person_year.first_course_on,
    person_year.last_course_on
from staff_member
left join person_year
    on
        staff_member.person_key = person_year.person_key
        and staff_member.year = person_year.year
