-- What each site gave: every fifth school has a branch with three tenths of its people.

create temp table site as
select
    place.number,
    place.organisation_id as site_id,
    place.organisation_name as site_name,
    false as is_site,
    case when place.number % 5 = 0 then 0.7 else 1 end as part
from place
union all
select
    place.number,
    place.organisation_id || '/249902001',
    'Филиал № 1 ' || place.organisation_name,
    true,
    0.3
from place
where place.number % 5 = 0;

insert into marts.dim_organisation by name
select
    entity.* replace (
        site.site_id as organisation_id, true as is_site, '249902001' as kpp, site.site_name as organisation_name,
        site.site_name as full_name, site.site_name as short_name
    )
from site
inner join place on site.number = place.number
inner join marts.dim_organisation as entity on place.organisation_id = entity.organisation_id
where site.is_site;

insert into marts.measure_by_site by name
with december as (
    select *
    from marts.platform_month
    qualify month = max(month) over (partition by organisation_id, system_code, role, year)
),

given as (
    select
        year, organisation_id, role, system_code, 'registered' as measure_code, registered as value, headcount,
        null as subject
    from december
    union all
    select year, organisation_id, role, system_code, 'active', active, headcount, null
    from december
    union all
    select year, organisation_id, null, null, 'participants', participants, null, event_title
    from marts.participation_by_organisation
    where level = 'organisation'
    union all
    select headcount.year, place.organisation_id, headcount.role, null, 'headcount', headcount.people, null, null
    from headcount
    inner join place on headcount.number = place.number
    union all
    select year, organisation_id, null, null, 'speed', speed_low, null, null
    from marts.connectivity_by_organisation
    where is_latest
),

titled as (
    select distinct measure_code, measure_title, unit
    from origin.marts.measure_by_site
)

select
    given.year,
    place.* exclude (number, municipality_number, quality, first_students, equipped_year),
    site.site_id,
    site.site_name,
    site.is_site,
    given.measure_code,
    titled.measure_title,
    titled.unit,
    given.role,
    given.system_code,
    given.subject,
    case when given.measure_code = 'speed' then given.value else round(given.value * site.part) end as value,
    case when given.measure_code = 'speed' then given.value else round(given.value * site.part) end as value_high,
    round(given.headcount * site.part) as headcount,
    make_date(given.year, 12, 31) as as_of_date
from given
inner join place on given.organisation_id = place.organisation_id
inner join site on place.number = site.number
inner join titled on given.measure_code = titled.measure_code;
