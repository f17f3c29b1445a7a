-- Grain: file_sha256 × kind: the last attempt to load it. A file holds several kinds when its sheets do; what was not
-- loaded stands until the file is received again, and without a kind until any of its sheets finds one.

with ranked as (
    select
        load.*,
        row_number() over (partition by load.file_sha256, load.kind order by load.load_sequence desc) as recency,
        max(load.received_at) over (partition by load.file_sha256) as last_received_at,
        max(load.load_sequence) over (partition by load.file_sha256) as last_sequence
    from {{ ref('stg_journal__load') }} as load
),

standing as (
    select ranked.*
    from ranked
    where
        ranked.recency = 1
        and (
            ranked.outcome = 'loaded'
            or ranked.load_sequence = ranked.last_sequence
            or (ranked.kind is not null and ranked.received_at = ranked.last_received_at)
        )
)

select
    standing.*,
    home.municipality,
    home.municipality_id,
    home.region_code
from standing
left join {{ ref('int_file_municipality') }} as home
    on
        standing.file_sha256 = home.file_sha256
        and standing.kind = home.kind
