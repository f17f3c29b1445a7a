-- The log of activity, a file a month: a person is active on about a sixth of the days. A spoilt row stands in the place
-- of a good one; a repeated key and rows that are not data stand beside it.

create temp table log as
with day as (
    select (period.first_day + number::integer)::date as day, number
    from period
    cross join generate_series(0, getvariable('days') - 1) as series(number)
),
active as (
    select person.person, person.school, person.inn, person.role, person.digits, day.day, day.number as day_number
    from person
    cross join day
    where draw(person.person, day.number, 100) < 17
)
select
    active.*,
    1 + draw(person, day_number + 500, 40) as messages,
    dirt(
        ['not_a_date', 'not_in_future', 'not_before_2010', 'role_known', 'snils_check_digit', 'not_nullable',
         'not_a_count', 'not_negative', 'inn_check_digit', 'held_system', 'held_organisation', 'duplicate_key',
         'spelt_date', 'spelt_role', 'spelt_system', 'spelt_snils'],
        person, day_number * 31 + 7
    ) as lot
from active;

create table export.platform_activity_person as
select
    strftime(day, 'log_%Y-%m') as file,
    position_of(day_number * 10000000 + person, dirt) as position,
    dirt,
    system_of(dirt, 'Сферум', 'ИКОП Сферум') as "Система",
    date_of(dirt, day) as "Дата",
    snils_of(dirt, digits) as "СНИЛС",
    organisation_of(dirt, inn, school) as "ИНН",
    role_of(dirt, role) as "Роль",
    count_of(dirt, messages) as "Сообщений"
from log
cross join lateral (
    select unnest(case when lot = 'duplicate_key' or lot like 'ignored_%' then [null, lot] else [lot] end) as dirt
) as copy;
