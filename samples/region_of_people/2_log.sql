-- The log of activity, a file a month: a person is active on about a sixth of the days. A spoilt row stands in the place
-- of a good one, except a repeated key, which stands below it.

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
         'not_a_count', 'not_negative', 'inn_check_digit', 'held_system', 'held_organisation', 'duplicate_key'],
        person, day_number * 31 + 7
    ) as lot
from active;

create table export.platform_activity_person as
select
    strftime(day, 'log_%Y-%m') as file,
    (day_number * 10000000 + person) * 2 + (dirt is not distinct from 'duplicate_key')::integer as position,
    dirt,
    system_of(dirt, 'Сферум') as "Система",
    date_of(dirt, day) as "Дата",
    case dirt when 'not_nullable' then null when 'snils_check_digit' then spoilt_snils(digits) else snils(digits) end
        as "СНИЛС",
    organisation_of(dirt, inn, school) as "ИНН",
    role_of(dirt, role) as "Роль",
    count_of(dirt, messages) as "Сообщений"
from log
cross join lateral (
    select unnest(case when lot = 'duplicate_key' then [null, lot] else [lot] end) as dirt
) as copy;
