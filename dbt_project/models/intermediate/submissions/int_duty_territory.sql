-- Grain: duty × territory that owes it itself: every municipality, or region, that the registry, a document or the list
-- of municipalities knows of; of a duty that names its territories, every one of those, known or not. A region of which
-- no municipality is known stands for its municipalities; a named place without an organisation, for its organisations.

with duty as (
    select *
    from {{ ref('stg_reference__calendar_duty') }}
),

bound as (
    select *
    from {{ ref('stg_reference__calendar_duty_territory') }}
),

known_region as (
    select
        territory.territory_id as region_code,
        territory.territory_name as region
    from {{ ref('int_territory') }} as territory
    where territory.territory_level = 'region'
),

known_municipality as (
    select
        territory.territory_id,
        territory.territory_name,
        territory.region_code
    from {{ ref('int_territory') }} as territory
    where territory.territory_level = 'municipality'
),

listed as (
    select
        municipality.oktmo as territory_id,
        max(municipality.name) as territory_name,
        max(municipality.region_code) as region_code
    from {{ ref('stg_reference__municipality') }} as municipality
    where
        not municipality.is_former
        and not exists (
            select 1
            from known_municipality
            where
                known_municipality.territory_id = municipality.oktmo
                or (
                    known_municipality.region_code = municipality.region_code
                    and lower(known_municipality.territory_name) = lower(municipality.name)
                )
        )
    group by municipality.oktmo
),

municipality as (
    select
        known_municipality.territory_id,
        known_municipality.territory_name,
        known_municipality.region_code,
        true as is_expected
    from known_municipality
    union all
    select
        listed.territory_id,
        listed.territory_name,
        listed.region_code,
        listed.region_code in (select known_region.region_code from known_region) as is_expected
    from listed
),

-- A municipality that a duty names and nothing else knows goes by its code.
named_municipality as (
    select distinct
        bound.territory_id,
        {{ dbt.concat(["'ОКТМО '", 'bound.territory_id']) }} as territory_name,
        region.region_code
    from bound
    inner join {{ ref('stg_reference__region') }} as region
        on substr(bound.territory_id, 1, length(region.oktmo_prefix)) = region.oktmo_prefix
    where
        length(bound.territory_id) = 8
        and bound.territory_id not in (select municipality.territory_id from municipality)
        -- An autonomous okrug has three digits of its own inside its oblast's two.
        and not exists (
            select 1
            from {{ ref('stg_reference__region') }} as narrower
            where
                substr(bound.territory_id, 1, length(narrower.oktmo_prefix)) = narrower.oktmo_prefix
                and length(narrower.oktmo_prefix) > length(region.oktmo_prefix)
        )
),

place as (
    select *
    from municipality
    union all
    select
        named_municipality.territory_id,
        named_municipality.territory_name,
        named_municipality.region_code,
        false as is_expected
    from named_municipality
),

of_municipality as (
    select distinct
        duty.duty_code,
        place.territory_id,
        place.territory_name,
        place.region_code
    from duty
    inner join bound
        on duty.duty_code = bound.duty_code
    inner join place
        on bound.territory_id in ('RU', place.region_code, place.territory_id)
    where
        (duty.is_bound or place.is_expected)
        and (
            duty.who = 'municipality'
            or (
                duty.who = 'organisations'
                and duty.is_bound
                and bound.territory_id = place.territory_id
                and not exists (
                    select 1
                    from {{ ref('int_organisation_span') }} as organisation
                    where organisation.municipality_id = place.territory_id
                )
            )
        )
),

of_region as (
    select
        duty.duty_code,
        region.region_code,
        coalesce(region.name, known_region.region) as region
    from duty
    inner join bound
        on duty.duty_code = bound.duty_code
    inner join {{ ref('stg_reference__region') }} as region
        on bound.territory_id in ('RU', region.region_code)
    left join known_region
        on region.region_code = known_region.region_code
    where
        (duty.is_bound or known_region.region_code is not null)
        and case duty.who
            when 'region' then true
            when 'municipality'
                then not exists (
                    select 1
                    from of_municipality
                    where
                        of_municipality.duty_code = duty.duty_code
                        and of_municipality.region_code = region.region_code
                )
            else duty.is_bound and region.region_code not in (
                select organisation.region_code
                from {{ ref('int_organisation_span') }} as organisation
                where organisation.region_code is not null
            )
        end
)

select
    of_municipality.duty_code,
    'municipality' as territory_level,
    of_municipality.territory_id,
    of_municipality.territory_name,
    of_municipality.region_code
from of_municipality
union all
select
    of_region.duty_code,
    'region' as territory_level,
    of_region.region_code as territory_id,
    of_region.region as territory_name,
    of_region.region_code
from of_region
