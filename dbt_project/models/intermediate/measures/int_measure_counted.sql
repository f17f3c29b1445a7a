-- Grain: as int_measure of organisations, less the rows that an entity's whole row makes superfluous.
-- In a file with rows for an organisation's sites the entity's row is its head site; elsewhere it is the whole entity
-- (settled question 7). A whole row and site rows of one day come from different files and are not added.

with file_with_sites as (
    select distinct
        measure.kind,
        measure.file_sha256,
        measure.entity_id
    from {{ ref('int_measure') }} as measure
    where measure.organisation_id <> measure.entity_id
),

marked as (
    select
        measure.*,
        case
            when measure.organisation_id = measure.entity_id and file_with_sites.entity_id is null then 1 else 0
        end as is_whole
    from {{ ref('int_measure') }} as measure
    left join file_with_sites
        on
            measure.kind = file_with_sites.kind
            and measure.file_sha256 = file_with_sites.file_sha256
            and measure.entity_id = file_with_sites.entity_id
    where measure.organisation_id is not null
),

compared as (
    select
        marked.*,
        max(marked.is_whole) over (
            partition by marked.series_key, marked.entity_id, marked.period_start, marked.period_end
        ) as has_whole
    from marked
)

select compared.*
from compared
where compared.has_whole = 0 or compared.is_whole = 1
