-- Grain: indicator × version × year × territory × entity in it: the last year with a value before a version came,
-- computed by that version, so that the same year is there by both. Only where the version of the year has computed it;
-- municipalities told of as a whole are left out.

{{ config(materialized='view') }}

{% set levels = (
    ('municipality', 'assembled.municipality_id'), ('region', 'assembled.region_code'), ('federation', "'RU'")
) -%}
with asked as (
    select distinct
        pair.indicator_code,
        pair.version,
        pair.previous_year
    from {{ ref('int_series_pair') }} as pair
    where pair.version <> pair.previous_version
),

scope as (
    select distinct
        organisation.indicator_code,
        organisation.year,
        organisation.region_code
    from {{ ref('int_indicator_organisation') }} as organisation
    inner join asked
        on
            organisation.indicator_code = asked.indicator_code
            and organisation.year = asked.previous_year
),

population as (
    select
        passport.indicator_code,
        passport.version,
        passport.unit,
        passport.aggregation,
        passport.year_kind,
        {{ is_cumulative('passport.cumulative') }} as is_cumulative,
        organisation.year,
        organisation.organisation_id,
        organisation.municipality_id,
        organisation.region_code
    from asked
    inner join {{ ref('stg_reference__indicator_passport') }} as passport
        on
            asked.indicator_code = passport.indicator_code
            and asked.version = passport.version
    inner join {{ ref('int_organisation_year') }} as organisation
        on asked.previous_year = organisation.year
    inner join scope
        on
            asked.indicator_code = scope.indicator_code
            and asked.previous_year = scope.year
            and organisation.region_code = scope.region_code
    where
        organisation.exists_at_year_end
        and passport.aggregation <> 'published'
        and {{ in_population('passport.population', 'organisation') }}
),

component as (
    {{ component_rows('population') }}
),

combined as (
    {{ combined_components('component') }}
),

side as (
    {{ ranked_sides('combined') }}
),

assembled as (
    select
        population.indicator_code,
        population.version,
        population.unit,
        population.aggregation,
        population.year,
        population.organisation_id,
        population.municipality_id,
        population.region_code,
        cast(numerator.value as decimal(18, 6)) as numerator,
        case
            when {{ counts_organisations('population.aggregation') }}
                then cast(1 as decimal(18, 6))
            else cast(denominator.value as decimal(18, 6))
        end as denominator,
        numerator.indicator_code is not null as is_reported,
        numerator.system_code,
        numerator.priority as numerator_priority,
        denominator.priority as denominator_priority
    from population
    left join side as numerator
        on
            population.indicator_code = numerator.indicator_code
            and population.year = numerator.year
            and population.organisation_id = numerator.organisation_id
            and numerator.side = 'numerator'
            and numerator.choice = 1
    left join side as denominator
        on
            population.indicator_code = denominator.indicator_code
            and population.year = denominator.year
            and population.organisation_id = denominator.organisation_id
            and denominator.side = 'denominator'
            and denominator.choice = 1
)

{% for level, territory_id in levels -%}
    select
        '{{ level }}' as territory_level,
        {{ territory_id }} as territory_id,
        assembled.*,
        {{ indicator_value('assembled.numerator', 'assembled.denominator', 'assembled.unit', 'assembled.aggregation') }}
            as value
    from assembled
    where {{ territory_id }} is not null
    {% if not loop.last %}union all{% endif %}
{% endfor %}
