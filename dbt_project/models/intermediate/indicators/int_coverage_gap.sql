-- Grain: indicator × year × entity of the population whose value the territory lacks: which side is missing, and why,
-- as far as it can be told. A file of the kind, place and year with rejected or held rows may hold its rows.

with missing as (
    select
        member.indicator_code,
        member.version,
        member.year,
        member.organisation_id,
        member.municipality_id,
        member.region_code,
        member.denominator,
        case when member.is_unknown then 'numerator' else 'denominator' end as side,
        member.is_unknown and member.is_undecided as is_undecided,
        member.is_unknown and not member.is_reported and member.measure_code is not null as is_unlisted
    from {{ ref('int_territory_member') }} as member
    where
        member.territory_level = 'region'
        and member.organisation_id is not null
        and (member.is_unknown or (member.aggregation = 'ratio_of_sums' and member.denominator is null))
),

source_kind as (
    select distinct
        component.indicator_code,
        component.version,
        component.side,
        measure_kind.kind
    from {{ ref('stg_reference__passport_component') }} as component
    inner join {{ ref('stg_reference__measure_kind') }} as measure_kind
        on component.measure_code = measure_kind.measure_code
    where component.priority = 1
),

-- Once a place, not once an organisation: all of a municipality lack the same files.
place as (
    select distinct
        missing.indicator_code,
        missing.version,
        missing.year,
        missing.side,
        missing.municipality_id,
        missing.region_code
    from missing
),

filed as (
    select
        place.indicator_code,
        place.year,
        place.side,
        place.municipality_id,
        place.region_code,
        {{ text_list('file.gap_text') }} as files
    from place
    inner join source_kind
        on
            place.indicator_code = source_kind.indicator_code
            and place.version = source_kind.version
            and place.side = source_kind.side
    inner join {{ ref('int_file_gap') }} as file
        on
            source_kind.kind = file.kind
            and place.year = coalesce(file.year, place.year)
            and coalesce(file.municipality_id, place.municipality_id, '-') = coalesce(place.municipality_id, '-')
            and coalesce(file.region_code, place.region_code) = place.region_code
    group by place.indicator_code, place.year, place.side, place.municipality_id, place.region_code
)

select
    missing.indicator_code,
    missing.year,
    missing.organisation_id,
    missing.municipality_id,
    missing.region_code,
    missing.side,
    missing.denominator,
    case
        when missing.is_undecided then 'undecided'
        when filed.files is not null then 'rows_left_out'
        when missing.is_unlisted then 'list_not_received'
        else 'not_reported'
    end as reason,
    case when not missing.is_undecided then filed.files end as files
from missing
left join filed
    on
        missing.indicator_code = filed.indicator_code
        and missing.year = filed.year
        and missing.side = filed.side
        and coalesce(missing.municipality_id, '-') = coalesce(filed.municipality_id, '-')
        and missing.region_code = filed.region_code
