-- Indicators by organisation and territory with their plans, and the laggards that follow from them.

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
