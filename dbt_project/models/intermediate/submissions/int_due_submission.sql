-- Grain: duty × period × who owes it (entity of the duty's population that exists on the period's last day, or on the
-- day of the build where that is earlier; or territory), up to the day of the build.

with owed_by_organisations as (
    select
        period.*,
        coalesce(least(period.period_end, {{ today() }}), {{ today() }}) as day
    from {{ ref('int_duty_period') }} as period
    where period.who = 'organisations'
)

select
    owed.duty_code,
    owed.period,
    'organisation' as level,
    organisation.organisation_id as owner_id
from owed_by_organisations as owed
inner join {{ ref('int_organisation_span') }} as organisation
    on
        owed.day between organisation.first_day and organisation.last_day
        and owed.day between organisation.exists_from and organisation.exists_to
inner join {{ ref('stg_reference__calendar_duty_territory') }} as bound
    on
        owed.duty_code = bound.duty_code
        and bound.territory_id in ('RU', organisation.region_code, organisation.municipality_id)
where {{ in_population('owed.population', 'organisation') }}
union all
select
    period.duty_code,
    period.period,
    territory.territory_level as level,
    territory.territory_id as owner_id
from {{ ref('int_duty_period') }} as period
inner join {{ ref('int_duty_territory') }} as territory
    on period.duty_code = territory.duty_code
