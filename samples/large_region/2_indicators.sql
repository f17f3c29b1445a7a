-- Indicators by organisation and territory with their plans, and the laggards that follow from them.

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

-- Changes between neighbouring years, in the parts that the models give: schools that are silent in one of the two years
-- leave or enter, those of another system change their source, all others are the same.
create temp table series_change as
with member as (
    select
        indicator_code, year, number, numerator, denominator,
        system_of(source_system, municipality_number, year) as system_code,
        unnest([municipality_id, region_code, 'RU']) as territory_id
    from fact
),

moved as (
    select
        now.*,
        former.numerator as former_numerator,
        former.denominator as former_denominator,
        case
            when now.numerator is null and former.numerator is not null then 'left'
            when now.numerator is not null and former.numerator is null then 'entered'
            else 'same'
        end as membership,
        coalesce(now.system_code <> former.system_code, false) as has_other_source
    from member as now
    inner join member as former
        on now.indicator_code = former.indicator_code
        and now.territory_id = former.territory_id
        and now.number = former.number
        and now.year = former.year + 1
),

-- A school turns on one step: those that left first, those that entered last, a changed source between.
summed as (
    select
        indicator_code, year, territory_id,
        count(*) filter (membership = 'same') as organisations_common,
        count(*) filter (membership = 'entered') as organisations_entered,
        count(*) filter (membership = 'left') as organisations_left,
        share_of(sum(former_numerator), sum(former_denominator)) as value_previous,
        share_of(
            sum(case when membership <> 'left' then former_numerator end),
            sum(case when membership = 'left' then denominator else former_denominator end)
        ) as value_left,
        share_of(
            sum(case
                when membership = 'left' then null
                when membership = 'same' and not has_other_source then numerator
                else former_numerator
            end),
            sum(case when membership = 'entered' then former_denominator else denominator end)
        ) as value_same,
        share_of(
            sum(case when membership = 'same' then numerator end),
            sum(case when membership = 'entered' then former_denominator else denominator end)
        ) as value_source,
        share_of(sum(numerator), sum(denominator)) as value,
        share_of(
            sum(former_numerator) filter (membership = 'same'), sum(former_denominator) filter (membership = 'same')
        ) as value_common_previous,
        share_of(sum(numerator) filter (membership = 'same'), sum(denominator) filter (membership = 'same'))
            as value_common
    from moved
    group by all
),

split as (
    select
        * exclude (value_left, value_same, value_source),
        value - value_previous as change,
        value_left - value_previous as part_left,
        value_same - value_left as part_same_organisations,
        value_source - value_same as part_source,
        value - value_source as part_entered
    from (
        select * replace (
            coalesce(value_left, value_previous) as value_left,
            coalesce(value_same, value_left, value_previous) as value_same,
            coalesce(value_source, value_same, value_left, value_previous) as value_source
        )
        from summed
        where value is not null and value_previous is not null
    )
),

weighed as (
    select *, greatest(abs(part_left), abs(part_source), abs(part_entered)) as largest from split
)

select
    * exclude (largest),
    largest > abs(value) / 10 as series_break,
    case
        when largest <= abs(value) / 10 then null
        when largest = abs(part_source) then 'source'
        when largest = abs(part_left) then 'left'
        else 'entered'
    end as series_break_kind
from weighed;

insert into marts.indicator_series_change by name
select
    series_change.*,
    series_change.year - 1 as previous_year,
    passport.indicator_title,
    passport.indicator_short_title,
    passport.indicator_position,
    passport.indicator_version,
    passport.precision_digits,
    passport.unit,
    territory.territory_level,
    territory.territory_name,
    territory.municipality,
    territory.municipality_id,
    territory.region,
    territory.region_code,
    0 as part_passport,
    0 as part_denominator,
    0 as part_not_split,
    getvariable('release_id') as release_id
from series_change
inner join passport on series_change.indicator_code = passport.indicator_code
inner join marts.dim_territory as territory on series_change.territory_id = territory.territory_id;

insert into marts.indicator_by_territory by name
with summed as (
    select
        indicator_code, year, municipality_id, region_code,
        case
            when grouping(municipality_id) = 0 then 'municipality'
            when grouping(region_code) = 0 then 'region'
            else 'federation'
        end as territory_level,
        count(*) as organisations_total,
        count(*) as organisations_expected,
        count(numerator) as organisations_reporting,
        count(*) - count(numerator) as organisations_unknown,
        count(distinct municipality_id) filter (numerator is not null) as municipalities_reporting,
        count(distinct region_code) filter (numerator is not null) as regions_reporting,
        coalesce(sum(denominator) filter (numerator is null), 0) as unknown_denominator,
        count(*) filter (not is_reached) as organisations_below_plan,
        count(*) filter (is_reached) as organisations_reaching,
        sum(numerator) as numerator,
        sum(denominator) as denominator
    from fact
    group by grouping sets (
        (indicator_code, year, municipality_id, region_code), (indicator_code, year, region_code),
        (indicator_code, year)
    )
),

-- A country of one region may still be anything.
bounded as (
    select
        summed.*,
        share_of(summed.numerator, summed.denominator) as value,
        case
            when summed.territory_level = 'federation' then 0 else share_of(summed.numerator, summed.denominator)
        end as value_low,
        case
            when summed.territory_level = 'federation' then 100
            else share_of(summed.numerator + summed.unknown_denominator, summed.denominator)
        end as value_high,
        share_of(summed.denominator - summed.unknown_denominator, summed.denominator) as denominator_reporting_share
    from summed
),

planned as (
    select
        bounded.*,
        passport.* exclude (indicator_code, role, monthly_monitoring),
        plan.* exclude (indicator_code, year, municipality_id, municipality, plan_conflict),
        coalesce(plan.plan_conflict, false) as plan_conflict,
        case
            when bounded.territory_level = 'municipality'
                then printed(
                    share_of(bounded.numerator, bounded.denominator),
                    bounded.indicator_code || bounded.municipality_id || bounded.year
                )
        end as reported,
        case
            when plan.plan_scope = 'each_organisation' then bounded.organisations_reaching = bounded.organisations_total
            -- All indicators of the Agreement are better when they are greater.
            when reaches(bounded.value_low, plan.plan, passport.precision_digits, passport.direction) then true
            when not reaches(bounded.value_high, plan.plan, passport.precision_digits, passport.direction) then false
        end as is_reached
    from bounded
    inner join passport on bounded.indicator_code = passport.indicator_code
    left join plan
        on bounded.indicator_code = plan.indicator_code
        and bounded.year = plan.year
        and bounded.territory_level <> 'federation'
        and (
            plan.municipality_id is null or bounded.municipality_id = plan.municipality_id
        )
)

select
    planned.* exclude (
        organisations_reaching, unknown_denominator, is_reached, direction, region_code, municipality_id,
        source_system, reported
    ),
    territory.* exclude (territory_level, parent_id, oktmo, valid_from, valid_to, is_current),
    planned.reported,
    in_words(planned.reported) as reported_text,
    case when planned.reported is not null then 'Решение коллегии за ' || planned.year || ' год' end
        as reported_document,
    case when planned.reported is not null then 'строка ' || planned.indicator_position end as reported_clause,
    system_of(planned.source_system, district.number, planned.year) as source_system,
    is_system_changed(planned.source_system, district.number, planned.year) as system_changed,
    territory.oktmo as municipality_oktmo,
    0 as organisations_undecided,
    0 as organisations_without_denominator,
    case when planned.territory_level = 'region' then (select count(*) from municipality) end as municipalities_total,
    case when planned.territory_level = 'federation' then 89 end as regions_total,
    case
        when planned.territory_level = 'municipality' and planned.organisations_unknown > 0
            then 'нет данных по организациям: ' || planned.organisations_unknown
    end as coverage_reason,
    case
        when planned.value is null then 'O'
        when planned.value_low <> planned.value_high then 'U'
        when series_change.series_break then 'B'
        else 'A'
    end as observation_status,
    planned.value - planned.plan as deviation,
    verdict(
        planned.value, planned.plan, case when planned.plan_conflict then planned.plan - 20 end, planned.is_reached,
        planned.precision_digits, planned.direction
    ) as status,
    false as is_proxy,
    make_date(planned.year, 12, 31) as as_of_date,
    getvariable('release_id') as release_id,
    coalesce(series_change.series_break, false) as series_break,
    series_change.series_break_kind,
    series_change.value_common
from planned
inner join marts.dim_territory as territory
    on coalesce(planned.municipality_id, planned.region_code, 'RU') = territory.territory_id
left join series_change
    on planned.indicator_code = series_change.indicator_code
    and planned.year = series_change.year
    and territory.territory_id = series_change.territory_id
left join municipality as district on planned.municipality_id = district.municipality_id;

insert into marts.indicator_by_organisation by name
select
    fact.* exclude (
        number, municipality_number, quality, first_students, equipped_year, role, people, share, is_silent,
        monthly_monitoring, direction, low_plan, is_reached, source_system
    ),
    in_words(fact.reported) as reported_text,
    case when fact.reported is not null then 'Решение коллегии за ' || fact.year || ' год' end as reported_document,
    case when fact.reported is not null then 'строка ' || (100 + fact.number) end as reported_clause,
    system_of(fact.source_system, fact.municipality_number, fact.year) as source_system,
    is_system_changed(fact.source_system, fact.municipality_number, fact.year) as system_changed,
    fact.numerator is not null and is_system_changed(fact.source_system, fact.municipality_number, fact.year)
        as series_break,
    case when series_break then 'source' end as series_break_kind,
    district.value as municipality_value,
    fact.value - fact.plan as deviation,
    verdict(fact.value, fact.plan, fact.low_plan, fact.is_reached, fact.precision_digits, fact.direction) as status,
    false as is_undecided,
    false as is_proxy,
    case when fact.numerator is not null then make_date(fact.year, 12, 31) end as as_of_date,
    case when fact.numerator is null then 'O' when series_break then 'B' else 'A' end as observation_status,
    getvariable('release_id') as release_id
from fact
left join marts.indicator_by_territory as district
    on fact.indicator_code = district.indicator_code
    and fact.year = district.year
    and fact.municipality_id = district.territory_id;

insert into marts.coverage_gap by name
select
    indicator_code, year, organisation_id, indicator_short_title, indicator_position, organisation_name,
    organisation_type, locality_type, inn, municipality, municipality_oktmo, municipality_id, region, region_code,
    denominator,
    'numerator' as side,
    case when number % 3 = 0 then 'rows_left_out' else 'not_reported' end as gap_reason,
    case when number % 3 = 0 then 'vygruzka_' || year || '.xlsx, строка ' || (number + 3) || ' отклонена' end
        as gap_files
from fact
where numerator is null;

insert into marts.laggard by name
select
    indicator_code, year, organisation_id, indicator_title, indicator_short_title, indicator_position,
    precision_digits, organisation_name, organisation_type, locality_type, inn, municipality, municipality_oktmo,
    municipality_id, region, region_code, value, plan,
    plan - value as gap,
    rank() over (
        partition by indicator_code, year, municipality_id
        order by case when direction = 'down' then -value else value end
    ) as rank_in_municipality
from fact
where not is_reached;

insert into marts.indicator_plan by name
select
    plan.indicator_code,
    passport.indicator_title,
    passport.indicator_short_title,
    passport.indicator_position,
    plan.year,
    plan.plan_level as level,
    coalesce(plan.municipality_id, 'RU-KYA') as territory_id,
    coalesce(plan.municipality, 'Красноярский край') as territory_name,
    plan.municipality,
    plan.municipality_id,
    'RU-KYA' as region_code,
    plan.plan_document as document,
    make_date(plan.year - 1, 12, 20) as document_date,
    plan.plan_clause || case when offer.is_active then '' else ', повтор' end as clause,
    plan.plan - offer.less as plan,
    passport.unit,
    plan.plan_scope as scope,
    offer.is_active,
    plan.plan_conflict as conflict,
    plan.plan_level,
    plan.plan_scope,
    plan.plan_document,
    plan.plan_clause || case when offer.is_active then '' else ', повтор' end as plan_clause,
    plan.plan_conflict,
    true as is_comparable,
    plan.plan - offer.less as plan_low,
    plan.plan - offer.less as plan_high,
    'exact' as plan_kind,
    (plan.plan - offer.less)::varchar as plan_text,
    passport.unit as unit_text,
    sha256('plan' || plan.year) as file_sha256,
    'Планы' as sheet,
    row_number() over (partition by plan.year order by plan.indicator_code, plan.municipality_id) + 3 as source_row
from plan
inner join passport on plan.indicator_code = passport.indicator_code
inner join (values (true, 0), (false, 20)) as offer(is_active, less) on offer.is_active or plan.plan_conflict;
