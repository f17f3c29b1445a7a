-- Grain: indicator × year × territory: numerators and denominators summed, never percentages averaged.
-- An entity without a denominator gives no numerator to a ratio either, unless no entity has one.

with summed as (
    select
        member.indicator_code,
        member.version,
        member.unit,
        member.precision_digits,
        member.direction,
        member.aggregation,
        member.year,
        member.territory_level,
        member.territory_id,
        min(member.territory_region_code) as region_code,
        count(*) as organisations_total,
        sum(case when member.is_reported then 1 else 0 end) as organisations_reporting,
        sum(case when member.is_undecided then 1 else 0 end) as organisations_undecided,
        sum(case when member.denominator is null then 1 else 0 end) as organisations_without_denominator,
        sum(case when member.numerator is not null and member.denominator is not null then 1 else 0 end) as complete,
        sum(case when member.denominator is not null then member.numerator end) as complete_numerator,
        sum(member.numerator) as any_numerator,
        sum(member.denominator) as denominator,
        min(member.value) as lowest,
        max(member.value) as highest,
        max(case when member.is_proxy then 1 else 0 end) as is_proxy,
        max(case when catalogue.rollup = 'distinct_people' then 1 else 0 end) as counts_people,
        {{ text_list('member.system_code') }} as system_code,
        max(member.as_of_date) as as_of_date
    from {{ ref('int_territory_member') }} as member
    left join {{ source('reference', 'measure') }} as catalogue
        on member.measure_code = catalogue.measure_code
    group by
        member.indicator_code, member.version, member.unit, member.precision_digits, member.direction,
        member.aggregation, member.year, member.territory_level, member.territory_id
),

counted as (
    select
        summed.*,
        case
            when summed.organisations_reporting = 0 then null
            when summed.counts_people = 1 and summed.complete > 0 then coalesce(people.people_with_denominator, 0)
            when summed.counts_people = 1 then coalesce(people.people, 0)
            when summed.aggregation = 'share_of_organisations' then coalesce(summed.any_numerator, 0)
            when summed.aggregation = 'ratio_of_sums' and summed.denominator is not null
                then summed.complete_numerator
            else summed.any_numerator
        end as numerator
    from summed
    left join {{ ref('int_territory_people') }} as people
        on
            summed.indicator_code = people.indicator_code
            and summed.year = people.year
            and summed.territory_level = people.territory_level
            and summed.territory_id = people.territory_id
)

select
    counted.indicator_code,
    counted.version,
    counted.unit,
    counted.precision_digits,
    counted.direction,
    counted.aggregation,
    counted.year,
    counted.territory_level,
    counted.territory_id,
    counted.region_code,
    counted.organisations_total,
    counted.organisations_reporting,
    counted.organisations_undecided,
    counted.organisations_without_denominator,
    cast(counted.numerator as decimal(18, 6)) as numerator,
    cast(counted.denominator as decimal(18, 6)) as denominator,
    case counted.aggregation
        when 'minimum_over_organisations' then counted.lowest
        when 'maximum' then counted.highest
        else {{ indicator_value('counted.numerator', 'counted.denominator', 'counted.unit', 'counted.aggregation') }}
    end as value,
    counted.is_proxy = 1 as is_proxy,
    counted.system_code,
    counted.as_of_date
from counted
