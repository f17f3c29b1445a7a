-- The rows behind each number and one left out for it; what was published before; what the release changed.

insert into marts.indicator_lineage by name
with side as (
    select organisation.*, 'numerator' as side, numerator as number
    from marts.indicator_by_organisation as organisation
    where numerator is not null
    union all
    select organisation.*, 'denominator', denominator
    from marts.indicator_by_organisation as organisation
    where denominator is not null
)

select
    side.indicator_code, side.indicator_short_title, side.indicator_position, side.year, side.side, side.organisation_id, side.organisation_name, side.municipality,
    side.municipality_id, side.region_code,
    case side.side when 'numerator' then 'registered' else 'headcount' end as measure_code,
    case side.side when 'numerator' then 'Зарегистрировано на платформе' else 'Численность по контингенту и кадрам' end
        as measure_title,
    'teacher' as role,
    case side.side when 'numerator' then 'my_school' end as system_code,
    case when side.indicator_position = 1 then 'Ноутбук учителя' end as subject,
    case side.side when 'numerator' then 'platform_registration' else 'headcount' end as kind,
    series.number || '_' || side.municipality_id || '_' || side.year || '.xlsx' as file_name,
    sha256(series.number || side.municipality_id || side.year) as file_sha256,
    'Лист1' as sheet,
    row_number() over (
        partition by side.municipality_id, side.year, series.number
        order by side.indicator_code, side.organisation_id, side.side
    ) as source_row,
    1 as source_rows,
    make_date(side.year, case series.number when 1 then 12 else 6 end, 1) as fact_date,
    '{"ИНН":"' || side.inn || '","Педагогических работников":"' || side.number::bigint || '"}' as as_written,
    side.number as value_low,
    side.number as value_high,
    series.number = 1 as is_counted,
    case series.number when 2 then 'not_last' end as exclusion,
    case series.number when 1 then side.number end as contribution,
    case series.number when 1 then side.number end as contribution_to_municipality,
    case series.number when 1 then side.number end as contribution_to_region,
    case series.number when 1 then side.number end as contribution_to_federation
from side
cross join (values (1), (2)) as series(number);

create temp table present as
select
    'organisation' as place_level, organisation_id as place_id, organisation_name as place_name, municipality,
    municipality_id, region, region_code, indicator_code, year, indicator_short_title, indicator_position,
    precision_digits, indicator_version, null as organisations_total, null as organisations_reporting,
    null as organisations_below_plan, numerator, denominator, value, unit, plan, plan_level, plan_scope, plan_document,
    plan_clause, plan_conflict, deviation, status, is_proxy, source_system, as_of_date
from marts.indicator_by_organisation
union all
select
    territory_level, territory_id, territory_name, municipality, municipality_id, region, region_code, indicator_code,
    year, indicator_short_title, indicator_position, precision_digits, indicator_version, organisations_total,
    organisations_reporting, organisations_below_plan, numerator, denominator, value, unit, plan, plan_level,
    plan_scope, plan_document, plan_clause, plan_conflict, deviation, status, is_proxy, source_system, as_of_date
from marts.indicator_by_territory;

-- Of a fifth of the values an earlier version is known.
create temp table former as
select
    present.* replace (
        present.numerator - 1 as numerator,
        round(100 * (present.numerator - 1) / nullif(present.denominator, 0), 6) as value
    )
from present
where present.numerator > 0 and chance('former' || place_id || indicator_code || year) < 0.2;

insert into marts.indicator_vintage by name
select
    former.*, timestamp '2025-01-09 02:00:00' as recorded_from, timestamp '2025-01-10 02:00:00' as recorded_to,
    '20250109T020000Z-0001' as release_id, '20250110T020000Z-0002' as closed_by, 'new_file' as change_reason
from former
union all by name
select
    present.*, timestamp '2025-01-10 02:00:00' as recorded_from, null as recorded_to,
    '20250110T020000Z-0002' as release_id, null as closed_by, 'corrected_file' as change_reason
from present;

insert into marts.indicator_change by name
select
    present.indicator_code, present.indicator_short_title, present.indicator_position, present.year,
    present.place_level, present.place_id, present.place_name, present.municipality, present.municipality_id,
    present.region, present.region_code, 'numerator' as field, 1 as field_position, 'changed' as change_type,
    former.numerator::varchar as old_value, present.numerator::varchar as new_value,
    present.numerator - former.numerator as difference, present.unit, 'corrected_file' as change_reason,
    '1_' || present.municipality_id || '_' || present.year || '.xlsx' as reason_source, null as reason_clause,
    '20250109T020000Z-0001' as former_release_id, getvariable('release_id') as release_id
from present
inner join former using (indicator_code, year, place_level, place_id);
