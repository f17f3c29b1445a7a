-- Grain: file × kind with rows that were rejected or wait for a decision: which rows, as text, and of what year and
-- place. A file without one accepted row has no place: it may be anybody's.

{% set shown = 5 -%}
with open_row as (
    select distinct
        reject.file_sha256,
        cast(null as {{ dbt.type_string() }}) as kind,
        'rejected' as fate,
        reject.sheet,
        reject.source_row
    from {{ ref('stg_journal__reject') }} as reject
    where reject.severity = 'error'
    union
    select distinct
        held.file_sha256,
        held.kind,
        'held' as fate,
        held.sheet,
        held.source_row
    from {{ ref('stg_journal__held_row') }} as held
    where held.status = 'pending'
),

ranked as (
    select
        load.file_sha256,
        load.kind,
        open_row.fate,
        cast(open_row.source_row as {{ dbt.type_string() }}) as row_text,
        row_number() over (
            partition by load.file_sha256, load.kind, open_row.fate
            order by open_row.sheet asc, open_row.source_row asc
        ) as place
    from {{ ref('int_load') }} as load
    inner join open_row
        on
            load.file_sha256 = open_row.file_sha256
            and coalesce(open_row.kind, load.kind) = load.kind
    where load.outcome = 'loaded'
),

fate as (
    select
        ranked.file_sha256,
        ranked.kind,
        {{ dbt.concat([
            "case when count(*) = 1 then 'строка ' else 'строки ' end",
            text_list_by('case when ranked.place <= ' ~ shown ~ ' then ranked.row_text end', 'ranked.place'),
            "case when count(*) > " ~ shown ~ " then ' и другие' else '' end",
            "case"
            ~ " when ranked.fate = 'rejected' and count(*) = 1 then ' отклонена'"
            ~ " when ranked.fate = 'rejected' then ' отклонены'"
            ~ " when count(*) = 1 then ' ждёт решения'"
            ~ " else ' ждут решения' end",
        ]) }} as rows_text
    from ranked
    group by ranked.file_sha256, ranked.kind, ranked.fate
),

told as (
    select
        fate.file_sha256,
        fate.kind,
        {{ text_list('fate.rows_text') }} as rows_text
    from fate
    group by fate.file_sha256, fate.kind
)

select
    told.file_sha256,
    told.kind,
    load.municipality_id,
    load.region_code,
    cast(extract(year from load.period_end) as integer) as year,
    {{ dbt.concat(["load.original_name", "', '", "told.rows_text"]) }} as gap_text
from told
inner join {{ ref('int_load') }} as load
    on
        told.file_sha256 = load.file_sha256
        and told.kind = load.kind
