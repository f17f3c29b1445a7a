-- Registration and activity month by month; a school that did not report a month has no row of it.

create temp table reported_month as
select
    place.number,
    system.system_code,
    make_date(year.year, month.month::integer, 1) as month,
    year.year,
    chance('reported' || place.number || system.system_code || year.year || '-' || month.month) >= 0.03 as is_reported
from place
cross join year
cross join generate_series(1, 12) as month(month)
cross join (values ('my_school'), ('sferum')) as system(system_code);

insert into marts.platform_month by name
with counted as (
    select
        reported.system_code,
        reported.month,
        reported.year,
        headcount.role,
        place.* exclude (number, municipality_number, quality, first_students, equipped_year),
        true as is_general_education,
        headcount.people as headcount,
        round(headcount.people * least(
            1, 0.3 + 0.1 * headcount.age + 0.4 * place.quality + 0.01 * extract(month from reported.month)
        ))::bigint as registered,
        -- Schools are empty in July and August.
        case when extract(month from reported.month) in (7, 8) then 0.1 else 1 end * (
            0.4 + 0.4 * place.quality
            + 0.2 * chance('active' || place.number || reported.system_code || headcount.role || reported.month)
        ) as activity
    from reported_month as reported
    inner join place on reported.number = place.number
    inner join headcount on reported.number = headcount.number and reported.year = headcount.year
    where reported.is_reported
),

shared as (
    select
        counted.* exclude (activity),
        round(registered * activity)::bigint as active,
        share_of(registered, headcount) as share_registered,
        share_of(round(registered * activity), headcount) as share_active,
        case when role in ('student', 'teacher') then cast(70 as decimal(18, 6)) end as plan
    from counted
)

select
    shared.*,
    case
        when lag(month) over series = month - interval 1 month then share_active - lag(share_active) over series
    end as share_active_change,
    not reaches(share_active, plan, 1, 'up') as below_plan
from shared
window series as (partition by system_code, organisation_id, role order by month);
