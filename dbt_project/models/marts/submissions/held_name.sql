-- Grain: held_id: a name that waits for a steward's decision. What files about people say stays out: their text may
-- name a person, so such a question is counted here and read with `vitrina match list`.

with waiting as (
    select
        held.held_id,
        held.file_sha256,
        held.sheet,
        held.source_row,
        kind.title as kind_title,
        case when kind.is_personal then 0 else 1 end as is_shown,
        journal.original_name,
        journal.received_at
    from {{ ref('stg_journal__held_row') }} as held
    inner join {{ ref('stg_reference__kind') }} as kind
        on held.kind = kind.kind
    left join {{ ref('stg_journal__load') }} as journal
        on held.load_sequence = journal.load_sequence
    where held.status = 'pending'
),

place as (
    select distinct
        waiting.held_id,
        waiting.file_sha256,
        waiting.sheet,
        waiting.source_row
    from waiting
),

counted as (
    select
        place.held_id,
        count(*) as rows_held
    from place
    group by place.held_id
),

grouped as (
    select
        waiting.held_id,
        max(waiting.is_shown) as is_shown,
        {{ text_list('waiting.kind_title') }} as kinds,
        {{ text_list('waiting.original_name') }} as file_names,
        min(waiting.received_at) as first_received_at
    from waiting
    group by waiting.held_id
),

-- A question that waits again: its last answer was taken back.
taken_back as (
    select
        decision.held_id,
        decision.decided_by,
        decision.why,
        row_number() over (partition by decision.held_id order by decision.undone_at desc) as place
    from {{ ref('stg_journal__decision') }} as decision
    where decision.undone_at is not null
)

select
    {{ cast_columns([
        ('question.held_id', 'held_id', 'bigint'),
        ('question.reason', 'reason', 'text'),
        ('case when grouped.is_shown = 1 then question.name end', 'name_in_file', 'text'),
        ('case when grouped.is_shown = 1 then question.municipality end', 'municipality_in_file', 'text'),
        ('case when grouped.is_shown = 1 then question.inn end', 'inn', 'text'),
        ('municipality.municipality', 'municipality', 'text'),
        ('municipality.municipality_id', 'municipality_id', 'text'),
        ('region.name', 'region', 'text'),
        ('municipality.region_code', 'region_code', 'text'),
        ('counted.rows_held', 'rows_held', 'bigint'),
        ('grouped.kinds', 'kinds', 'text'),
        ('grouped.file_names', 'file_names', 'text'),
        ('question.candidates', 'candidates', 'text'),
        ('grouped.first_received_at', 'first_received_at', 'timestamp'),
        ('taken_back.decided_by', 'decided_by', 'text'),
        ('taken_back.why', 'decided_why', 'text'),
    ]) }}
from {{ ref('stg_journal__held_name') }} as question
inner join grouped
    on question.held_id = grouped.held_id
inner join counted
    on question.held_id = counted.held_id
left join taken_back
    on
        question.held_id = taken_back.held_id
        and taken_back.place = 1
left join {{ ref('int_municipality') }} as municipality
    on question.municipality_key = municipality.municipality_key
left join {{ ref('stg_reference__region') }} as region
    on municipality.region_code = region.region_code
where question.status = 'pending'
