-- Grain: file × kind with accepted rows: the one municipality, and the one region, that all of them belong to. A row
-- that belongs to none, such as a region's plan, makes it nobody's own.

with summed as (
    select
        subject.file_sha256,
        subject.kind,
        count(*) as subjects,
        count(subject.municipality_id) as placed,
        count(distinct subject.municipality_id) as municipalities,
        max(subject.municipality_id) as municipality_id,
        max(subject.municipality) as municipality,
        count(subject.region_code) as in_region,
        count(distinct subject.region_code) as regions,
        max(subject.region_code) as region_code
    from {{ ref('int_file_subject') }} as subject
    group by subject.file_sha256, subject.kind
)

select
    summed.file_sha256,
    summed.kind,
    case when summed.municipalities = 1 and summed.placed = summed.subjects then summed.municipality_id end
        as municipality_id,
    case when summed.municipalities = 1 and summed.placed = summed.subjects then summed.municipality end
        as municipality,
    case when summed.regions = 1 and summed.in_region = summed.subjects then summed.region_code end as region_code
from summed
