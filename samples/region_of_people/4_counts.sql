-- What is counted by school: headcounts, registrations at the end of every month, Internet speed, deliveries; and the
-- plans of the region.

create temp table year as
select distinct year(period.first_day + number::integer)::integer as year
from period
cross join generate_series(0, getvariable('days') - 1) as series(number);

create temp table snapshot as
select
    day,
    row_number() over (order by day) as number
from (
    select distinct last_day(period.first_day + number::integer) as day
    from period
    cross join generate_series(0, getvariable('days') - 1) as series(number)
)
where day <= (select last_day from period);

create temp table registration as
select
    snapshot.day,
    snapshot.number,
    school.number as school,
    school.inn,
    roles.role,
    roles.place,
    roles.people,
    -- Registrations only grow.
    (roles.people * least(100, 40 + snapshot.number + draw(school.number, roles.place + 30, 30)) // 100)::integer
        as registered
from school
cross join snapshot
cross join lateral (values (1, 'обучающийся', students), (2, 'педагог', teachers)) as roles(place, role, people);

create temp table speed as
select
    school.number as school,
    school.inn,
    year.year,
    [5, 10, 20, 50, 100][1 + draw(school.number, year.year, 5)] as speed
from school
cross join year;

-- Two schools of three are equipped, in one of the years.
create temp table delivery as
select
    school.number as school,
    school.inn,
    year.year
from school
cross join year
where
    draw(school.number, 40, 3) < 2
    and year.year - (select min(year) from year) = draw(school.number, 41, (select count(*) from year));

create table export.headcount as
select
    'headcount_' || year as file,
    position_of(number, dirt) as position,
    dirt,
    date_of(dirt, make_date(year, 1, 20)) as "Дата",
    organisation_of(dirt, inn, number) as "ИНН",
    count_of(dirt, students) as "Обучающихся",
    teachers::varchar as "Педагогических работников"
from school
cross join year
cross join lateral (
    select unnest(copies(dirt(
        ['not_a_date', 'not_a_count', 'not_negative', 'inn_check_digit', 'held_organisation', 'duplicate_key'],
        number, year
    ))) as dirt
) as copy;

create table export.platform_registration as
select
    strftime(day, 'registration_%Y-%m') as file,
    position_of(school * 2 + place, dirt) as position,
    dirt,
    system_of(dirt, 'ФГИС «Моя школа»', 'ФГИС МШ') as "Система",
    date_of(dirt, day) as "Дата среза",
    organisation_of(dirt, inn, school) as "ИНН",
    role_of(dirt, role) as "Роль",
    count_of(dirt, case dirt when 'registered_not_above_headcount' then people + 1 else registered end)
        as "Зарегистрировано",
    people::varchar as "Численность"
from registration
cross join lateral (
    select unnest(copies(dirt(
        ['not_a_date', 'not_in_future', 'not_before_2010', 'role_known', 'not_a_count', 'not_negative',
         'registered_not_above_headcount', 'inn_check_digit', 'held_system', 'held_organisation', 'duplicate_key',
         'spelt_date', 'spelt_role', 'spelt_system', 'spelt_count'],
        school * 2 + place, number * 31 + 8
    ))) as dirt
) as copy;

create table export.connectivity as
select
    'speed_' || year as file,
    position_of(school, dirt) as position,
    dirt,
    date_of(dirt, make_date(year, 1, 25)) as "Дата",
    organisation_of(dirt, inn, school) as "ИНН",
    case
        when dirt = 'spelt_speed' and speed = 100 then 'свыше 100'
        when dirt = 'spelt_speed' then speed || ',0'
        else speed::varchar
    end as "Скорость, Мбит/с"
from speed
cross join lateral (
    select unnest(copies(dirt(
        ['not_a_date', 'not_in_future', 'not_before_2010', 'inn_check_digit', 'held_organisation', 'duplicate_key',
         'spelt_date', 'spelt_speed'],
        school, year + 5
    ))) as dirt
) as copy;

create table export.equipment_delivery as
select
    'delivery_' || year as file,
    position_of(school * 2 + item, dirt) as position,
    dirt,
    date_of(dirt, make_date(year, 1, 15)) as "Дата акта",
    organisation_of(dirt, inn, school) as "ИНН",
    ['Ноутбук', 'Интерактивная панель'][item] as "Позиция",
    'шт' as "Единица",
    case dirt when 'not_a_number' then 'много' else (5 * item)::varchar end as "Количество"
from delivery
cross join lateral (select unnest([1, 2]) as item) as items
cross join lateral (
    select unnest(copies(dirt(
        ['not_a_number', 'not_a_date', 'not_in_future', 'not_before_2010', 'inn_check_digit', 'held_organisation',
         'duplicate_key', 'spelt_date'],
        school * 2 + item, year + 6
    ))) as dirt
) as copy;

create table export.indicator_plan as
select
    'plan' as file,
    year * 100 + place as position,
    cast(null as varchar) as dirt,
    code as "Показатель",
    year as "Год",
    plan::varchar as "План",
    'Соглашение условного региона' as "Документ",
    getvariable('region') as "Субъект"
from year
cross join lateral (
    values (1, 'students_registered', 70), (2, 'teachers_registered', 90), (3, 'students_active_sferum', 60),
    (4, 'teachers_trained', 35)
) as plans(place, code, plan);
