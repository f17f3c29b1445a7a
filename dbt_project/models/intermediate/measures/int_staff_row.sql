-- Grain: row of the staff × year × kind of year on whose last day the person is on it (external part-timers left out).
-- Staff of an entity that closed are its successor's.

with spine as (
    {{ years_of_both_kinds() }}
)

select
    coalesce(successor.successor_id, staff.entity_id) as entity_id,
    spine.year,
    spine.year_kind,
    staff.category_code as role_code,
    staff.person_key,
    staff.hired_on,
    staff.row_id
from {{ ref('stg_staff') }} as staff
inner join spine
    on
        staff.hired_on <= spine.last_day
        and coalesce(staff.dismissed_on >= spine.last_day, true)
left join {{ ref('int_successor') }} as successor
    on
        staff.entity_id = successor.entity_id
        and spine.year = successor.year
where not staff.is_external and staff.category_code in ('teacher', 'leader')
