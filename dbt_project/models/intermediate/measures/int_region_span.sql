-- Grain: region: the last year that any of its exports speaks of. What is planned speaks of no year yet.

with spoken as (
    select
        measure.entity_id,
        measure.municipality_key,
        measure.fact_year as year
    from {{ ref('int_measure') }} as measure
    where not {{ is_planned('measure.measure_code') }}
    union all
    select
        event.entity_id,
        cast(null as {{ dbt.type_string() }}) as municipality_key,
        event.year
    from {{ ref('int_event') }} as event
    union all
    select
        log.entity_id,
        cast(null as {{ dbt.type_string() }}) as municipality_key,
        cast(extract(year from log.period_end) as integer) as year
    from {{ ref('int_activity_log_month') }} as log
)

select
    coalesce(organisation.region_code, municipality.region_code) as region_code,
    max(spoken.year) as last_year
from spoken
left join {{ ref('int_organisation_current') }} as organisation
    on spoken.entity_id = organisation.organisation_id
left join {{ ref('int_municipality') }} as municipality
    on spoken.municipality_key = municipality.municipality_key
where coalesce(organisation.region_code, municipality.region_code) is not null
group by coalesce(organisation.region_code, municipality.region_code)
