-- Grain: indicator that some decision names × entity × day: its value by what was measured on that day. A snapshot is
-- set against the same denominator as its year, so that the day and the year agree. A management body answers for its
-- municipality: its value is that of all the organisations measured on the day.

with asked as (
    select distinct decision.indicator_code
    from {{ ref('stg_decision') }} as decision
    where decision.indicator_code is not null
),

passport as (
    select passport.*
    from {{ ref('stg_reference__indicator_passport') }} as passport
    inner join asked
        on passport.indicator_code = asked.indicator_code
),

measured as (
    select
        period.series_key,
        period.entity_id,
        period.fact_year as year,
        period.period_end as day,
        period.value as value_low,
        period.value as value_high
    from {{ ref('int_measure_period') }} as period
    union all
    select
        speed.series_key,
        speed.entity_id,
        speed.fact_year as year,
        speed.period_end as day,
        min(speed.value_low) as value_low,
        min(speed.value_high) as value_high
    from {{ ref('int_measure_counted') }} as speed
    where speed.measure_code = 'speed'
    group by speed.series_key, speed.entity_id, speed.fact_year, speed.period_end
),

dated as (
    select
        passport.indicator_code,
        passport.direction,
        passport.precision_digits,
        passport.aggregation,
        passport.unit,
        measured.entity_id,
        measured.day,
        case
            when not {{ counts_organisations('passport.aggregation') }}
                then measured.value_low
            when measured.value_low >= numerator.threshold then 1
            when measured.value_high < numerator.threshold then 0
        end as numerator,
        case
            when passport.aggregation = 'ratio_of_sums' then side.value
            when {{ counts_organisations('passport.aggregation') }} then 1
        end as denominator
    from passport
    inner join {{ ref('stg_reference__passport_component') }} as numerator
        on
            passport.indicator_code = numerator.indicator_code
            and passport.version = numerator.version
            and numerator.side = 'numerator'
            and numerator.priority = 1
    inner join measured
        on {{ series_of('numerator') }} = measured.series_key
    inner join {{ ref('int_indicator_population') }} as population
        on
            passport.indicator_code = population.indicator_code
            and measured.year = population.year
            and measured.entity_id = population.organisation_id
    left join {{ ref('int_indicator_side') }} as side
        on
            passport.indicator_code = side.indicator_code
            and measured.year = side.year
            and measured.entity_id = side.organisation_id
            and side.side = 'denominator'
),

-- Several preferred components of a count of organisations mean «any of them».
measured_entity as (
    select
        dated.indicator_code,
        dated.direction,
        dated.precision_digits,
        dated.aggregation,
        dated.unit,
        dated.entity_id,
        dated.day,
        max(dated.numerator) as numerator,
        max(dated.denominator) as denominator
    from dated
    where dated.numerator is not null
    group by
        dated.indicator_code, dated.direction, dated.precision_digits, dated.aggregation, dated.unit,
        dated.entity_id, dated.day
),

management as (
    select
        home.organisation_id as entity_id,
        home.municipality_id
    from {{ ref('int_organisation_home') }} as home
    inner join {{ ref('int_organisation_current') }} as organisation
        on home.organisation_id = organisation.organisation_id
    where organisation.organisation_type = 'орган управления' and home.municipality_id is not null
),

valued as (
    select
        measured_entity.indicator_code,
        measured_entity.direction,
        measured_entity.precision_digits,
        measured_entity.entity_id,
        measured_entity.day,
        {{ indicator_value(
            'measured_entity.numerator', 'measured_entity.denominator', 'measured_entity.unit',
            'measured_entity.aggregation'
        ) }} as value
    from measured_entity
    union all
    select
        measured_entity.indicator_code,
        measured_entity.direction,
        measured_entity.precision_digits,
        management.entity_id,
        measured_entity.day,
        case measured_entity.aggregation
            when 'minimum_over_organisations' then min(measured_entity.numerator)
            when 'maximum' then max(measured_entity.numerator)
            else {{ indicator_value(
                'sum(measured_entity.numerator)', 'sum(measured_entity.denominator)', 'measured_entity.unit',
                'measured_entity.aggregation'
            ) }}
        end as value
    from measured_entity
    inner join {{ ref('int_organisation_home') }} as home
        on measured_entity.entity_id = home.organisation_id
    inner join management
        on home.municipality_id = management.municipality_id
    where measured_entity.aggregation <> 'ratio_of_sums' or measured_entity.denominator is not null
    group by
        measured_entity.indicator_code, measured_entity.direction, measured_entity.precision_digits,
        measured_entity.aggregation, measured_entity.unit, management.entity_id, measured_entity.day
),

-- What holds at a year's end (deliveries, trained people) has no other day.
unioned as (
    select valued.*
    from valued
    where valued.value is not null
    union all
    select
        organisation.indicator_code,
        organisation.direction,
        organisation.precision_digits,
        organisation.organisation_id as entity_id,
        organisation.as_of_date as day,
        organisation.value
    from {{ ref('int_indicator_organisation') }} as organisation
    inner join asked
        on organisation.indicator_code = asked.indicator_code
    where
        organisation.value is not null
        and organisation.as_of_date is not null
        and not exists (
            select 1
            from valued
            where
                valued.indicator_code = organisation.indicator_code
                and valued.entity_id = organisation.organisation_id
        )
)

select
    unioned.indicator_code,
    unioned.direction,
    unioned.precision_digits,
    unioned.entity_id,
    cast(unioned.day as date) as day,
    cast(unioned.value as decimal(18, 6)) as value
from unioned
