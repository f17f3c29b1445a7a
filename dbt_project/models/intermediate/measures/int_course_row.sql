-- Grain: document of a course on the digital environment, duplicates too: a duplicate is no second course and counts
-- only for a person of whom no original of the same programme is held, since then it is the sole trace of the first.

with record as (
    select
        training.person_key,
        training.issued_on,
        training.document_status,
        programme.folded_title,
        training.row_id
    from {{ ref('stg_training_record') }} as training
    inner join {{ ref('int_programme') }} as programme
        on training.programme_title = programme.programme_title
    where programme.is_digital_environment and training.person_key is not null
),

original as (
    select distinct
        record.person_key,
        record.folded_title
    from record
    where lower(record.document_status) <> 'дубликат'
)

select
    record.person_key,
    record.issued_on,
    record.row_id,
    lower(record.document_status) = 'дубликат' and original.person_key is not null as is_duplicate
from record
left join original
    on
        record.person_key = original.person_key
        and record.folded_title = original.folded_title
