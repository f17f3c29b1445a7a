-- Grain: indicator × year × territory, for indicators that count people: a person of two schools once.
-- Pre-aggregated per person, so that the count itself is a plain one.

with person as (
    select
        member.indicator_code,
        member.year,
        member.territory_level,
        member.territory_id,
        staff.person_key,
        max(case when member.denominator is not null then 1 else 0 end) as has_denominator
    from {{ ref('int_territory_member') }} as member
    inner join {{ source('reference', 'measure') }} as catalogue
        on
            member.measure_code = catalogue.measure_code
            and catalogue.rollup = 'distinct_people'
    inner join {{ source('reference', 'passport_component') }} as component
        on
            member.indicator_code = component.indicator_code
            and member.version = component.version
            and member.measure_code = component.measure_code
            and component.side = 'numerator'
    inner join {{ source('reference', 'indicator_passport') }} as passport
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
)

select
    person.indicator_code,
    person.year,
    person.territory_level,
    person.territory_id,
    count(*) as people,
    sum(person.has_denominator) as people_with_denominator
from person
group by person.indicator_code, person.year, person.territory_level, person.territory_id
