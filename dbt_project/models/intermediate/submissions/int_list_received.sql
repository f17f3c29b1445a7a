-- Grain: kind × place (a municipality; a region for its organisations of none) that a file of the kind speaks of: the
-- last year for which its list has come. A list received after a year's end, or with a row of the year, is the list of
-- that year. A file that speaks of several municipalities of one region is the list of the whole region: those it does
-- not name had nothing to tell.

with spoken as (
    select distinct
        subject.file_sha256,
        subject.kind,
        coalesce(subject.municipality_id, subject.region_code) as place_id
    from {{ ref('int_file_subject') }} as subject
),

file_list as (
    select
        load.file_sha256,
        load.kind,
        max(
            greatest(
                cast(extract(year from load.received_at) as integer) - 1,
                coalesce(cast(extract(year from load.period_end) as integer), 0)
            )
        ) as last_year
    from {{ ref('stg_journal__load') }} as load
    where load.outcome = 'loaded'
    group by load.file_sha256, load.kind
),

place as (
    select
        municipality.municipality_id as place_id,
        municipality.region_code
    from {{ ref('int_municipality') }} as municipality
    union
    select
        region.region_code as place_id,
        region.region_code
    from {{ ref('stg_reference__region') }} as region
),

covered as (
    select
        spoken.kind,
        spoken.place_id,
        file_list.last_year
    from spoken
    inner join file_list
        on
            spoken.file_sha256 = file_list.file_sha256
            and spoken.kind = file_list.kind
    union all
    select
        file_list.kind,
        place.place_id,
        file_list.last_year
    from file_list
    inner join {{ ref('int_file_municipality') }} as whole
        on
            file_list.file_sha256 = whole.file_sha256
            and file_list.kind = whole.kind
            and whole.municipality_id is null
    inner join place
        on whole.region_code = place.region_code
)

select
    covered.kind,
    covered.place_id,
    max(covered.last_year) as last_year
from covered
where covered.place_id is not null
group by covered.kind, covered.place_id
