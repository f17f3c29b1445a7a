-- Passports, plans and what every organisation gives to every indicator: what the marts of indicators are made of.

create temp macro scaled(value, digits) as round(
    cast(value as decimal(18, 6)) * case digits when 0 then 1 when 1 then 10 when 2 then 100 else 1000 end
);
create temp macro reaches(value, plan, digits, direction) as case
    when direction = 'down' then scaled(value, digits) <= scaled(plan, digits)
    else scaled(value, digits) >= scaled(plan, digits)
end;
create temp macro share_of(part, whole) as
    cast(100 * cast(part as decimal(18, 6)) / nullif(cast(whole as decimal(18, 6)), 0) as decimal(18, 6));
create temp macro verdict(value, plan, low_plan, is_reached, digits, direction) as case
    when value is null then 'no_data'
    when plan is null then 'no_plan'
    when low_plan is not null and is_reached <> reaches(value, low_plan, digits, direction) then 'plan_conflict'
    when is_reached is null then 'incomplete'
    when is_reached then 'achieved'
    else 'not_achieved'
end;
-- A document prints one digit, and one time in twelve another figure.
create temp macro printed(value, question) as
    cast(round(value, 1) + case when chance('printed' || question) < 0.08 then 0.7 else 0 end as decimal(18, 6));
create temp macro in_words(value) as replace(cast(cast(value as decimal(18, 1)) as varchar), '.', ',');
-- Every fifth municipality took its figures of the first year from another system.
create temp macro system_of(system, municipality_number, year) as case
    when system = 'my_school' and municipality_number % 5 = 0 and year = getvariable('first_year') then 'kiasuo'
    else system
end;
create temp macro is_system_changed(system, municipality_number, year) as
    coalesce(system = 'my_school' and municipality_number % 5 = 0 and year = getvariable('first_year') + 1, false);

create temp table passport as
select
    indicator_code,
    title as indicator_title,
    short_title as indicator_short_title,
    position as indicator_position,
    version as indicator_version,
    precision_digits,
    direction,
    unit,
    monthly_monitoring,
    case split_part(indicator_code, '_', 1)
        when 'students' then 'student'
        when 'teachers' then 'teacher'
        when 'parents' then 'parent'
        when 'leaders' then 'leader'
    end as role,
    case
        when indicator_code like '%sferum' then 'sferum'
        when indicator_code like '%trained' or indicator_code like 'equipped%' or indicator_code like '%speed' then null
        else 'my_school'
    end as source_system
from marts.indicator_passport
-- Those of the Agreement; others are of one document each.
where position <= 16;

-- Of four indicators one has no plan, one a plan of the region, one a plan of each municipality, one a plan for each
-- organisation; those measured month by month have 70 for each. The third indicator's plans of the last year disagree.
create temp table plan as
select
    passport.indicator_code,
    year.year,
    municipality.municipality_id,
    municipality.municipality,
    case when municipality.number is null then 'region' else 'municipality' end as plan_level,
    case
        when passport.monthly_monitoring or passport.indicator_position in (7, 11, 15) then 'each_organisation'
        else 'territory'
    end as plan_scope,
    cast(
        case
            when passport.monthly_monitoring then 70
            else least(
                95,
                20 + 8 * (year.year - getvariable('first_year')) + passport.indicator_position
                + coalesce(municipality.number % 7, 0)
            )
        end as decimal(18, 6)
    ) as plan,
    passport.indicator_position = 3 and year.year = getvariable('last_year') as plan_conflict,
    'Соглашение о значениях показателей на ' || year.year || ' год' as plan_document,
    'строка ' || passport.indicator_position as plan_clause
from passport
cross join year
left join municipality on passport.indicator_position % 4 = 2 and not passport.monthly_monitoring
where passport.monthly_monitoring or passport.indicator_position % 4 <> 0;

create temp table fact as
with share as (
    select
        passport.*,
        school_year.number,
        school_year.year,
        place.* exclude (number),
        headcount.people,
        least(1, greatest(0,
            0.25 + 0.08 * school_year.age + 0.5 * (place.quality - 0.5)
            + 0.2 * (chance(passport.indicator_code || place.number || school_year.year) - 0.5)
        )) as share,
        chance('silent' || passport.indicator_code || place.number || school_year.year) < 0.03 as is_silent
    from passport
    cross join school_year
    inner join place on school_year.number = place.number
    left join headcount
        on passport.role = headcount.role
        and school_year.number = headcount.number
        and school_year.year = headcount.year
),

counted as (
    select
        share.*,
        case
            when share.is_silent then null
            when share.indicator_code = 'equipped_organisations' then (share.year >= share.equipped_year)::integer
            when share.role is null then (share.share > 0.5)::integer
            else round(share.share * share.people)
        end as numerator,
        case when share.role is null then 1 else share.people end as denominator
    from share
)

select
    counted.*,
    share_of(counted.numerator, counted.denominator) as value,
    -- Of organisations documents print few.
    case
        when counted.number % 50 = 1
            then printed(
                share_of(counted.numerator, counted.denominator),
                counted.indicator_code || counted.organisation_id || counted.year
            )
    end as reported,
    plan.plan_level,
    plan.plan_scope,
    plan.plan,
    plan.plan_document,
    plan.plan_clause,
    coalesce(plan.plan_conflict, false) as plan_conflict,
    case when plan.plan_conflict then plan.plan - 20 end as low_plan,
    reaches(share_of(counted.numerator, counted.denominator), plan.plan, counted.precision_digits, counted.direction)
        as is_reached
from counted
left join plan
    on counted.indicator_code = plan.indicator_code
    and counted.year = plan.year
    -- A share of organisations planned for the territory is no plan of one of them.
    and (plan.plan_scope = 'each_organisation' or counted.role is not null)
    and (plan.municipality_id is null or counted.municipality_id = plan.municipality_id);
