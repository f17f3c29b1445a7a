-- Grain: programme_title that no pattern of the catalogue matches: for the steward to sort.

with record as (
    select
        training.programme_title,
        training.person_key,
        training.issued_on
    from {{ ref('stg_training_record') }} as training
    inner join {{ ref('int_programme') }} as programme
        on training.programme_title = programme.programme_title
    where programme.is_digital_environment is null
),

counted as (
    select
        record.programme_title,
        count(*) as records,
        count(distinct record.person_key) as people,
        min(record.issued_on) as first_issued_on,
        max(record.issued_on) as last_issued_on
    from record
    group by record.programme_title
)

select
    {{ cast_columns([
        ('counted.programme_title', 'programme_title', 'text'),
        ('counted.records', 'records', 'bigint'),
        ('counted.people', 'people', 'bigint'),
        ('counted.first_issued_on', 'first_issued_on', 'date'),
        ('counted.last_issued_on', 'last_issued_on', 'date'),
    ]) }}
from counted
