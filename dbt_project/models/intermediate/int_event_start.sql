-- Grain: cumulative measure × subject × region: the first year of its series. The year before the first event is the
-- base; a plan of an earlier year moves the start back. A region without any event has no series: silence there is not
-- zero.

with event as (
    select
        'delivered' as measure_code,
        '-' as subject_code,
        delivery.entity_id,
        delivery.year
    from {{ ref('int_delivery') }} as delivery
    union all
    select
        'trained' as measure_code,
        '-' as subject_code,
        training.entity_id,
        cast(extract(year from training.issued_on) as integer) as year
    from {{ ref('stg_training_record') }} as training
    union all
    select
        'object' as measure_code,
        infrastructure.object_code as subject_code,
        infrastructure.entity_id,
        infrastructure.start_year as year
    from {{ ref('stg_infrastructure') }} as infrastructure
    where infrastructure.state <> 'planned'
),

first_event as (
    select
        event.measure_code,
        event.subject_code,
        organisation.region_code,
        min(event.year) - 1 as first_year
    from event
    inner join {{ ref('int_organisation_current') }} as organisation
        on event.entity_id = organisation.organisation_id
    group by event.measure_code, event.subject_code, organisation.region_code
),

first_plan as (
    select
        component.measure_code,
        coalesce(component.subject_code, '-') as subject_code,
        plan.region_code,
        min(plan.year) as first_year
    from {{ ref('int_plan') }} as plan
    inner join {{ source('reference', 'passport_component') }} as component
        on
            plan.indicator_code = component.indicator_code
            and component.side = 'numerator'
    group by component.measure_code, coalesce(component.subject_code, '-'), plan.region_code
)

select
    first_event.measure_code,
    first_event.subject_code,
    first_event.region_code,
    least(
        first_event.first_year,
        coalesce(min(first_plan.first_year), first_event.first_year)
    ) as first_year
from first_event
left join first_plan
    on
        first_event.measure_code = first_plan.measure_code
        and first_event.subject_code = first_plan.subject_code
        and (first_event.region_code = first_plan.region_code or first_plan.region_code is null)
group by first_event.measure_code, first_event.subject_code, first_event.region_code, first_event.first_year
