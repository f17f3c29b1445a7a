-- Grain: indicator × year × entity of the population, in every region that has data or a plan for the year.

with scope as (
    select
        population.indicator_code,
        population.year,
        population.region_code
    from {{ ref('int_indicator_population') }} as population
    inner join {{ ref('int_indicator_side') }} as side
        on
            population.indicator_code = side.indicator_code
            and population.year = side.year
            and population.organisation_id = side.organisation_id
            and side.side = 'numerator'
    union
    select
        population.indicator_code,
        population.year,
        population.region_code
    from {{ ref('int_indicator_population') }} as population
    inner join {{ ref('int_plan') }} as plan
        on
            population.indicator_code = plan.indicator_code
            and population.year = plan.year
            and (population.region_code = plan.region_code or plan.region_code is null)
),

assembled as (
    select
        population.*,
        numerator.value as numerator,
        case
            when population.aggregation = 'share_of_organisations' then cast(1 as decimal(18, 6))
            else denominator.value
        end as denominator,
        numerator.indicator_code is not null as is_reported,
        coalesce(numerator.is_undecided, false) as is_undecided,
        coalesce(numerator.is_proxy, false)
        or (numerator.indicator_code is not null and coalesce(denominator.is_proxy, false)) as is_proxy,
        numerator.measure_code,
        numerator.system_code,
        numerator.as_of_date
    from {{ ref('int_indicator_population') }} as population
    inner join scope
        on
            population.indicator_code = scope.indicator_code
            and population.year = scope.year
            and population.region_code = scope.region_code
    left join {{ ref('int_indicator_side') }} as numerator
        on
            population.indicator_code = numerator.indicator_code
            and population.year = numerator.year
            and population.organisation_id = numerator.organisation_id
            and numerator.side = 'numerator'
    left join {{ ref('int_indicator_side') }} as denominator
        on
            population.indicator_code = denominator.indicator_code
            and population.year = denominator.year
            and population.organisation_id = denominator.organisation_id
            and denominator.side = 'denominator'
)

select
    assembled.*,
    {{ indicator_value('assembled.numerator', 'assembled.denominator', 'assembled.unit', 'assembled.aggregation') }}
        as value
from assembled
