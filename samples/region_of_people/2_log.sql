-- The log of activity: a person is active on about a sixth of the days. One row in two hundred is spoilt, each sort of
-- dirt in turn; `dirt` says what must become of the row.

create temp table log as
with day as (
    select (getvariable('first_day')::date + number::integer) as day, number
    from generate_series(0, getvariable('days') - 1) as series(number)
),
active as (
    select
        person.person, person.school, person.inn, person.role, person.digits, day.day, day.number as day_number,
        draw(person.person, day.number * 31 + 7, 200) as lot
    from person
    cross join day
    where draw(person.person, day.number, 100) < 17
)
select
    active.*,
    1 + draw(person, day_number + 500, 40) as messages,
    case when lot = 0 then ['not_a_date', 'not_in_future', 'not_before_2010', 'role_known', 'snils_check_digit',
        'not_nullable', 'not_a_count', 'not_negative', 'inn_check_digit', 'held_system', 'held_organisation',
        'duplicate_key'][1 + draw(person, day_number + 900, 12)] end as dirt
from active;

-- As the export writes it: one row for each, two where a key is repeated.
create temp table written as
select
    person, day, day_number, school, dirt, repeated,
    case dirt when 'held_system' then 'Неведомая платформа' else 'Сферум' end as "Система",
    case dirt
        when 'not_a_date' then '31.02.' || year(day) when 'not_in_future' then '01.01.2099'
        when 'not_before_2010' then '01.01.2009' else strftime(day, '%d.%m.%Y')
    end as "Дата",
    case dirt
        when 'not_nullable' then null
        when 'snils_check_digit' then left(digits, 9) || lpad(((right(digits, 2)::integer + 1) % 100)::varchar, 2, '0')
        else left(digits, 3) || '-' || substr(digits, 4, 3) || '-' || substr(digits, 7, 3) || ' ' || right(digits, 2)
    end as "СНИЛС",
    case dirt
        when 'inn_check_digit' then left(inn, 9) || ((right(inn, 1)::integer + 1) % 10)::varchar
        when 'held_organisation' then inn('7700' || lpad(school::varchar, 5, '0')) else inn
    end as "ИНН",
    case dirt when 'role_known' then 'дворник' else role end as "Роль",
    case dirt when 'not_a_count' then 'много' when 'not_negative' then '-5' else messages::varchar end as "Сообщений"
from log
cross join lateral (select unnest(case when dirt = 'duplicate_key' then [false, true] else [false] end)) as copy(repeated);
