-- Grain: year of issue × organisation_id (legal entity) × programme of the digital environment, its spellings taken
-- together. Counts only; who of them is on the staff is training_by_organisation.

with course as (
    select
        cast(extract(year from course.issued_on) as integer) as year,
        training.entity_id as organisation_id,
        programme.folded_title,
        training.programme_title,
        course.person_key
    from {{ ref('int_course_row') }} as course
    inner join {{ ref('stg_training_record') }} as training
        on course.row_id = training.row_id
    inner join {{ ref('int_programme') }} as programme
        on training.programme_title = programme.programme_title
    where not course.is_duplicate
),

-- One spelling speaks for all, the same everywhere; the last one, since quotes and CAPITALS sort first.
spelling as (
    select
        course.folded_title,
        max(course.programme_title) as programme_title
    from course
    group by course.folded_title
),

counted as (
    select
        course.year,
        course.organisation_id,
        course.folded_title,
        count(*) as records,
        count(distinct course.person_key) as people
    from course
    group by course.year, course.organisation_id, course.folded_title
)

select
    {{ cast_columns([
        ('counted.year', 'year', 'integer'),
        ('counted.organisation_id', 'organisation_id', 'text'),
        ('spelling.programme_title', 'programme_title', 'text'),
    ]) }},
    {{ place_columns('place') }},
    {{ cast_columns([
        ('counted.records', 'records', 'bigint'),
        ('counted.people', 'people', 'bigint'),
    ]) }}
from counted
inner join spelling
    on counted.folded_title = spelling.folded_title
left join {{ ref('int_organisation_year') }} as place
    on
        counted.organisation_id = place.organisation_id
        and counted.year = place.year
