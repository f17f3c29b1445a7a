-- Grain: document of a course on the digital environment that counts.

select
    record.person_key,
    record.issued_on,
    record.row_id
from {{ ref('int_course_row') }} as record
where not record.is_duplicate
