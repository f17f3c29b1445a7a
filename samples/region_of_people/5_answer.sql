-- What must come out, counted from what was meant: nothing here reads a file or knows the product.
-- Grain of known_value: indicator × ИНН × year.

create temp table known_active as
select inn, role, date_trunc('month', day)::date as month, count(distinct person) as active
from log
where lot is null or lot = 'duplicate_key' or lot like 'spelt_%' or lot like 'ignored_%'
group by all;

create temp table known_value as
with last_month as (
    select year(month) as year, max(month) as month
    from known_active
    group by all
    -- Activity of a month that had not ended is not asked for.
    having last_day(max(month)) <= (select last_day from period)
),
last_snapshot as (
    select year(day) as year, max(day) as day
    from snapshot
    group by all
),
people as (
    select number as school, inn, role, people
    from school
    cross join lateral (values ('обучающийся', students), ('педагог', teachers)) as roles(role, people)
),
trained as (
    select inn, year.year, count(distinct person) as people
    from year
    inner join course on year(course.issued) <= year.year
    where is_digital_environment
    group by all
)
select
    case registration.role when 'педагог' then 'teachers' else 'students' end || '_registered' as code,
    registration.inn,
    last_snapshot.year,
    registration.registered as numerator,
    registration.people as denominator
from registration
inner join last_snapshot using (day)
union all
select
    case people.role when 'педагог' then 'teachers' else 'students' end || '_active_sferum',
    people.inn,
    last_month.year,
    known_active.active,
    people.people
from last_month
inner join known_active using (month)
inner join people using (inn, role)
union all
select 'teachers_trained', trained.inn, trained.year, trained.people, people.people
from trained
inner join people on trained.inn = people.inn and people.role = 'педагог'
union all
select 'organisations_with_speed', inn, year, (speed >= 20)::integer, 1
from speed
union all
select 'equipped_organisations', delivery.inn, year.year, 1, 1
from delivery
inner join year on delivery.year <= year.year;
