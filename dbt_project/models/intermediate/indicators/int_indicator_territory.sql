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
        count(member.organisation_id) as organisations_total,
        sum(case when member.is_reported and member.organisation_id is not null then 1 else 0 end)
            as organisations_reporting,
        sum(case when member.is_reported then 1 else 0 end) as members_reporting,
        sum(case when member.is_undecided then 1 else 0 end) as organisations_undecided,
        sum(case when member.denominator is null and member.organisation_id is not null then 1 else 0 end)
            as organisations_without_denominator,
        count(distinct member.municipality_id) as municipalities_known,
        count(distinct case when member.is_reported then member.municipality_id end) as municipalities_reporting,
        count(distinct case when member.is_reported then member.region_code end) as regions_reporting,
        sum(case when member.is_unknown then 1 else 0 end) as organisations_unknown,
        sum(case when member.is_unknown then member.denominator else 0 end) as unknown_denominator,
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
    left join {{ ref('stg_reference__measure') }} as catalogue
        on member.measure_code = catalogue.measure_code
    group by
        member.indicator_code, member.version, member.unit, member.precision_digits, member.direction,
        member.aggregation, member.year, member.territory_level, member.territory_id
),

-- A person of two schools counts once, where an indicator counts people.
person as (
    select
        member.indicator_code,
        member.year,
        member.territory_level,
        member.territory_id,
        staff.person_key,
        max(case when member.denominator is not null then 1 else 0 end) as has_denominator
    from {{ ref('int_territory_member') }} as member
    inner join {{ ref('stg_reference__measure') }} as catalogue
        on
            member.measure_code = catalogue.measure_code
            and catalogue.rollup = 'distinct_people'
    inner join {{ ref('stg_reference__passport_component') }} as component
        on
            member.indicator_code = component.indicator_code
            and member.version = component.version
            and member.measure_code = component.measure_code
            and component.side = 'numerator'
    inner join {{ ref('stg_reference__indicator_passport') }} as passport
        on
            member.indicator_code = passport.indicator_code
            and member.version = passport.version
    inner join {{ ref('int_staff_year') }} as staff
        on
            member.organisation_id = staff.entity_id
            and member.year = staff.year
            and passport.year_kind = staff.year_kind
            and component.role_code = staff.role_code
            and case member.measure_code
                when 'trained_in_period' then staff.course_of_the_year_on
                else staff.first_course_on
            end is not null
    group by
        member.indicator_code, member.year, member.territory_level, member.territory_id, staff.person_key
),

people as (
    select
        person.indicator_code,
        person.year,
        person.territory_level,
        person.territory_id,
        count(*) as people,
        sum(person.has_denominator) as people_with_denominator
    from person
    group by person.indicator_code, person.year, person.territory_level, person.territory_id
),

counted as (
    select
        summed.*,
        case
            when summed.members_reporting = 0 then null
            -- The worst and the best have no sum behind them.
            when {{ takes_extreme('summed.aggregation') }} then null
            when summed.counts_people = 1 and summed.complete > 0 then coalesce(people.people_with_denominator, 0)
            when summed.counts_people = 1 then coalesce(people.people, 0)
            when {{ counts_organisations('summed.aggregation') }}
                then coalesce(summed.any_numerator, 0)
            when summed.aggregation = 'ratio_of_sums' and summed.denominator is not null
                then summed.complete_numerator
            else summed.any_numerator
        end as numerator
    from summed
    left join people
        on
            summed.indicator_code = people.indicator_code
            and summed.year = people.year
            and summed.territory_level = people.territory_level
            and summed.territory_id = people.territory_id
),

-- What no export measures has a row where a document speaks of the territory, or of an organisation in it.
published_place as (
    select distinct
        value.indicator_code,
        value.year,
        case when value.level = 'organisation' then 'municipality' else value.level end as territory_level,
        case when value.level = 'organisation' then value.municipality_id else value.place_id end as territory_id,
        value.region_code
    from {{ ref('int_published_value') }} as value
),

published as (
    select
        {{ passport_of_year() }},
        published_place.year,
        published_place.territory_level,
        published_place.territory_id,
        published_place.region_code
    from published_place
    inner join {{ ref('int_passport_year') }} as passport
        on
            published_place.indicator_code = passport.indicator_code
            and passport.aggregation = 'published'
            and published_place.year = passport.year
    where published_place.territory_id is not null
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
    counted.organisations_unknown,
    counted.municipalities_known,
    counted.municipalities_reporting,
    counted.regions_reporting,
    cast(counted.unknown_denominator as decimal(18, 6)) as unknown_denominator,
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
union all
select
    published.indicator_code,
    published.version,
    published.unit,
    published.precision_digits,
    published.direction,
    published.aggregation,
    published.year,
    published.territory_level,
    published.territory_id,
    published.region_code,
    cast(0 as bigint) as organisations_total,
    cast(0 as bigint) as organisations_reporting,
    cast(0 as bigint) as organisations_undecided,
    cast(0 as bigint) as organisations_without_denominator,
    cast(0 as bigint) as organisations_unknown,
    cast(0 as bigint) as municipalities_known,
    cast(0 as bigint) as municipalities_reporting,
    cast(0 as bigint) as regions_reporting,
    cast(null as decimal(18, 6)) as unknown_denominator,
    cast(null as decimal(18, 6)) as numerator,
    cast(null as decimal(18, 6)) as denominator,
    cast(null as decimal(18, 6)) as value,
    false as is_proxy,
    cast(null as {{ dbt.type_string() }}) as system_code,
    cast(null as date) as as_of_date
from published
