-- Grain: date × organisation_id (organisation or site, as measured); the entity's verdict is in the indicator.

with threshold as (
    select
        passport.valid_from_year,
        passport.valid_to_year,
        component.threshold
    from {{ source('reference', 'passport_component') }} as component
    inner join {{ source('reference', 'indicator_passport') }} as passport
        on
            component.indicator_code = passport.indicator_code
            and component.version = passport.version
    where component.measure_code = 'speed' and component.indicator_code = 'organisations_with_speed'
),

dated as (
    select
        connectivity.*,
        cast(extract(year from {{ snapshot_day('connectivity.measured_on') }}) as integer) as year
    from {{ ref('stg_connectivity') }} as connectivity
)

select
    {{ cast_columns([
        ('dated.measured_on', 'date', 'date'),
        ('dated.organisation_id', 'organisation_id', 'text'),
        ('dated.entity_id', 'entity_id', 'text'),
        ('coalesce(own.organisation_name, place.organisation_name)', 'organisation_name', 'text'),
        ('place.organisation_type', 'organisation_type', 'text'),
        ('place.inn', 'inn', 'text'),
        ('place.municipality', 'municipality', 'text'),
        ('place.municipality_oktmo', 'municipality_oktmo', 'text'),
        ('place.municipality_id', 'municipality_id', 'text'),
        ('place.region', 'region', 'text'),
        ('place.region_code', 'region_code', 'text'),
        ('dated.speed_low', 'speed_low', 'decimal(18, 3)'),
        ('dated.speed_high', 'speed_high', 'decimal(18, 3)'),
        ('dated.speed_kind', 'speed_kind', 'text'),
        ('dated.speed_text', 'speed_text', 'text'),
        ('threshold.threshold', 'threshold', 'decimal(18, 6)'),
    ]) }},
    cast(
        case
            when dated.speed_low >= threshold.threshold then true
            when dated.speed_high < threshold.threshold then false
        end as boolean
    ) as meets_threshold,
    {{ cast_columns([
        ('dated.provider', 'provider', 'text'),
        ('dated.connection_type', 'connection_type', 'text'),
        ('dated.has_guaranteed_traffic', 'has_guaranteed_traffic', 'boolean'),
    ]) }}
from dated
left join threshold
    on
        dated.year >= coalesce(threshold.valid_from_year, dated.year)
        and dated.year <= coalesce(threshold.valid_to_year, dated.year)
left join {{ ref('int_organisation_year') }} as place
    on
        dated.entity_id = place.organisation_id
        and dated.year = place.year
left join {{ ref('int_organisation_current') }} as own
    on dated.organisation_id = own.organisation_id
