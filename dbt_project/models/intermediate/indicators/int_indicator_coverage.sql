-- Grain: indicator × year × territory with a value: how much of the territory stands behind it, and between which
-- bounds the full value must lie. An organisation that has not reported gives nothing at the least and its own
-- denominator at the most; where a denominator, or a whole municipality, is not known, only what the indicator itself
-- allows is sure.

with region_total as (
    select
        spine.year,
        total.region_code,
        total.municipalities
    from {{ ref('stg_reference__municipality_total') }} as total
    inner join {{ ref('int_year') }} as spine
        on
            spine.year >= total.from_year
            and spine.year <= coalesce(total.to_year, spine.year)
),

country as (
    select count(*) as regions
    from {{ ref('stg_reference__region') }}
),

covered as (
    select
        territory.*,
        region_total.municipalities as municipalities_total,
        case when territory.territory_level = 'federation' then country.regions end as regions_total,
        case territory.territory_level
            when 'municipality' then true
            when 'federation' then territory.regions_reporting >= country.regions
            -- Without a count of the region's municipalities those that the registry knows are all of them.
            else territory.municipalities_known >= coalesce(region_total.municipalities, 0)
        end as is_whole
    from {{ ref('int_indicator_territory') }} as territory
    cross join country
    left join region_total
        on
            territory.year = region_total.year
            and territory.territory_level = 'region'
            and territory.territory_id = region_total.region_code
),

-- What bounds a share is its denominator; a sum, a worst and a best are bounded on one side only.
bounded as (
    select
        covered.*,
        covered.aggregation in ('ratio_of_sums', 'share_of_organisations') as is_share,
        covered.is_whole
        and (covered.aggregation <> 'ratio_of_sums' or covered.organisations_without_denominator = 0) as is_bounded,
        covered.is_whole and covered.organisations_unknown = 0 as is_complete
    from covered
    where covered.value is not null
)

select
    bounded.indicator_code,
    bounded.year,
    bounded.territory_level,
    bounded.territory_id,
    bounded.municipalities_total,
    bounded.regions_total,
    bounded.is_whole,
    -- Counts of organisations are their own share: each weighs the same.
    case
        when bounded.denominator > 0 then cast(
            100 * (bounded.denominator - bounded.unknown_denominator) / bounded.denominator as decimal(18, 6)
        )
    end as denominator_reporting_share,
    cast(
        case
            when bounded.is_share and not bounded.is_bounded then 0
            when bounded.aggregation = 'minimum_over_organisations' and not bounded.is_complete then 0
            else bounded.value
        end as decimal(18, 6)
    ) as value_low,
    cast(
        case
            when bounded.is_share and bounded.unit <> '%' and not (bounded.is_bounded and bounded.is_complete) then null
            when bounded.is_share and not bounded.is_bounded then greatest(100, bounded.value)
            when bounded.is_share
                then {{ indicator_value(
                    'bounded.numerator + bounded.unknown_denominator', 'bounded.denominator', 'bounded.unit',
                    'bounded.aggregation'
                ) }}
            when bounded.aggregation = 'number_of_organisations' and bounded.is_whole
                then bounded.value + bounded.organisations_unknown
            when bounded.aggregation = 'minimum_over_organisations' or bounded.is_complete then bounded.value
            when bounded.aggregation = 'maximum' and bounded.unit = '%' then greatest(100, bounded.value)
        end as decimal(18, 6)
    ) as value_high
from bounded
