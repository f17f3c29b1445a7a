-- Grain: cumulative series, of all roles together × region: its first and last year. The year before the first
-- event is the base; the series ends with the last year that any export of the region speaks of. Plans and published
-- facts move both ends. A region without any event has no series: silence there is not zero.

with dated as (
    select distinct
        measure.entity_id,
        measure.fact_year as year
    from {{ ref('int_measure') }} as measure
    where measure.organisation_id is not null and not {{ is_planned('measure.measure_code') }}
),

event as (
    select
        event.series_key,
        event.entity_id,
        event.year
    from {{ ref('int_event') }} as event
    union all
    select
        {{ series('organisations') }} as series_key,
        dated.entity_id,
        dated.year
    from dated
),

region_event as (
    select
        event.series_key,
        organisation.region_code,
        event.year
    from event
    inner join {{ ref('int_organisation_current') }} as organisation
        on event.entity_id = organisation.organisation_id
),

first_event as (
    select
        region_event.series_key,
        region_event.region_code,
        min(region_event.year) - 1 as first_year
    from region_event
    group by region_event.series_key, region_event.region_code
),

published as (
    select
        {{ series_key('component.measure_code', subject='component.subject_code') }} as series_key,
        value.region_code,
        min(value.year) as first_year,
        max(value.year) as last_year
    from {{ ref('int_published_value') }} as value
    inner join {{ ref('stg_reference__passport_component') }} as component
        on
            value.indicator_code = component.indicator_code
            and component.side = 'numerator'
    group by component.measure_code, component.subject_code, value.region_code
)

select
    first_event.series_key,
    first_event.region_code,
    least(first_event.first_year, coalesce(min(published.first_year), first_event.first_year)) as first_year,
    greatest(max(last_data.last_year), coalesce(max(published.last_year), max(last_data.last_year))) as last_year
from first_event
inner join {{ ref('int_region_span') }} as last_data
    on first_event.region_code = last_data.region_code
left join published
    on
        first_event.series_key = published.series_key
        and (first_event.region_code = published.region_code or published.region_code is null)
group by first_event.series_key, first_event.region_code, first_event.first_year
