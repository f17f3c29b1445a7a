-- Grain: date × organisation_id (organisation or site, as measured); the entity's verdict is in the indicator.

with threshold as (
    select
        passport.year,
        component.threshold
    from {{ ref('stg_reference__passport_component') }} as component
    inner join {{ ref('int_passport_year') }} as passport
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
),

ranked as (
    select
        dated.*,
        row_number() over (partition by dated.organisation_id, dated.year order by dated.measured_on desc) as recency
    from dated
),

-- A delivery of which only the year is known is taken to have come within it.
equipped as (
    select distinct
        dated.entity_id,
        dated.measured_on
    from dated
    inner join {{ ref('int_delivery') }} as delivery
        on
            dated.entity_id = delivery.entity_id
            and (dated.measured_on >= delivery.delivered_on or delivery.delivered_on is null)
            and dated.year >= delivery.year
    where delivery.is_digital_environment and delivery.quantity > 0
)

select
    {{ cast_columns([
        ('ranked.measured_on', 'date', 'date'),
        ('ranked.year', 'year', 'integer'),
        ('ranked.organisation_id', 'organisation_id', 'text'),
        ('ranked.entity_id', 'entity_id', 'text'),
        ('coalesce(own.organisation_name, place.organisation_name)', 'organisation_name', 'text'),
        ('place.organisation_type', 'organisation_type', 'text'),
        ('place.locality_type', 'locality_type', 'text'),
        ('place.inn', 'inn', 'text'),
        ('place.municipality', 'municipality', 'text'),
        ('place.municipality_oktmo', 'municipality_oktmo', 'text'),
        ('place.municipality_id', 'municipality_id', 'text'),
        ('place.region', 'region', 'text'),
        ('place.region_code', 'region_code', 'text'),
        ('ranked.speed_low', 'speed_low', 'decimal(18, 3)'),
        ('ranked.speed_high', 'speed_high', 'decimal(18, 3)'),
        ('ranked.speed_kind', 'speed_kind', 'text'),
        ('ranked.speed_text', 'speed_text', 'text'),
        ('threshold.threshold', 'threshold', 'decimal(18, 6)'),
    ]) }},
    cast(
        case
            when ranked.speed_low >= threshold.threshold then true
            when ranked.speed_high < threshold.threshold then false
        end as boolean
    ) as meets_threshold,
    cast(
        case
            when equipped.entity_id is not null then true
            when series.region_code is not null then false
        end as boolean
    ) as equipped_to_date,
    {{ cast_columns([
        ('ranked.recency = 1', 'is_latest', 'boolean'),
        ('ranked.provider', 'provider', 'text'),
        ('ranked.connection_type', 'connection_type', 'text'),
        ('ranked.has_guaranteed_traffic', 'has_guaranteed_traffic', 'boolean'),
    ]) }}
from ranked
left join threshold
    on ranked.year = threshold.year
left join {{ ref('int_organisation_year') }} as place
    on
        ranked.entity_id = place.organisation_id
        and ranked.year = place.year
left join {{ ref('int_organisation_current') }} as own
    on ranked.organisation_id = own.organisation_id
left join equipped
    on
        ranked.entity_id = equipped.entity_id
        and ranked.measured_on = equipped.measured_on
left join {{ ref('int_event_start') }} as series
    on
        place.region_code = series.region_code
        and ranked.year >= series.first_year
        and series.series_key = {{ series('delivered') }}
