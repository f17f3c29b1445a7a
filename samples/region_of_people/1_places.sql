-- Schools and people of a region that does not exist. Temporary tables, read by the next files. Variables: schools,
-- municipalities, first_day, days, dirt_every (one row in so many is spoilt). An export is a table of schema `export`:
-- `file`, `position` in it, `dirt` (what must become of an unusual row: the rule that rejects it, held_..., ignored_...,
-- or spelt_..., which is accepted), and the columns under the headers of the contract.

create schema export;

-- The same draw for the same question everywhere and always: a whole number from 0 to n - 1.
create temp macro draw(a, b, n) as ((a::bigint * 7919 + b::bigint * 104729 + (a::bigint * (b::bigint + 13)) % 65521 * 8191) % 1000003) % n;
-- The check digits of a ten-digit ИНН and of a nine-digit СНИЛС number.
create temp macro inn(body) as body || (
    list_sum(list_transform([1, 2, 3, 4, 5, 6, 7, 8, 9],
        lambda position: substr(body, position, 1)::integer * [2, 4, 10, 3, 5, 9, 4, 6, 8][position])) % 11 % 10
)::varchar;
create temp macro snils_control(number) as lpad((
    list_sum(list_transform([1, 2, 3, 4, 5, 6, 7, 8, 9],
        lambda position: substr(number::varchar, position, 1)::integer * (10 - position))) % 101 % 100
)::varchar, 2, '0');

-- Sorts of dirt, and rows that are no data, in turn over one row in `dirt_every`; null for the others.
create temp macro turn_of(sorts, a, b) as case
    when draw(a, b, getvariable('dirt_every')) = 0 then sorts[1 + draw(a, b + 900, len(sorts))]
end;
create temp macro dirt(sorts, a, b) as
    turn_of(sorts || ['ignored_total', 'ignored_header', 'ignored_blank'], a, b);
-- Rows that small exports have for a good one: it alone, it written otherwise, or it and the same row spoilt.
create temp macro copies(sort) as case
    when sort is null then [null] when sort like 'spelt_%' then [sort] else [null, sort]
end;
-- A blank row stands above its good row, since blank rows at the end of a file are no rows; other unusual rows below.
create temp macro position_of(number, dirt) as
    number * 4 + case when dirt is null or dirt like 'spelt_%' then 1 when dirt = 'ignored_blank' then 0 else 2 end;
create temp macro spoilt_inn(code) as left(code, 9) || ((right(code, 1)::integer + 1) % 10)::varchar;
create temp macro unknown_inn(number) as inn('7700' || lpad(number::varchar, 5, '0'));
create temp macro snils(digits) as
    left(digits, 3) || '-' || substr(digits, 4, 3) || '-' || substr(digits, 7, 3) || ' ' || right(digits, 2);
create temp macro spoilt_snils(digits) as
    left(digits, 9) || lpad(((right(digits, 2)::integer + 1) % 100)::varchar, 2, '0');
create temp macro organisation_of(dirt, code, number) as case dirt
    when 'inn_check_digit' then spoilt_inn(code) when 'held_organisation' then unknown_inn(number) else code
end;
create temp macro date_of(dirt, day) as case dirt
    when 'not_a_date' then '31.02.' || year(day) when 'not_in_future' then '01.01.2099'
    when 'not_before_2010' then '01.01.2009' when 'spelt_date' then day::varchar else strftime(day, '%d.%m.%Y')
end;
create temp macro count_of(dirt, amount) as case dirt
    when 'not_a_count' then 'много' when 'not_negative' then '-5' when 'spelt_count' then amount || chr(160)
    else amount::varchar
end;
create temp macro system_of(dirt, name, otherwise) as case dirt
    when 'held_system' then 'Неведомая платформа' when 'spelt_system' then otherwise else name
end;
create temp macro role_of(dirt, name) as case dirt
    when 'role_known' then 'дворник'
    when 'spelt_role' then case name when 'педагог' then 'Учителя' else 'Ученик' end
    else name
end;
create temp macro snils_of(dirt, digits) as case dirt
    when 'not_nullable' then null when 'snils_check_digit' then spoilt_snils(digits) when 'spelt_snils' then digits
    else snils(digits)
end;

create temp table period as
select
    getvariable('first_day')::date as first_day,
    getvariable('first_day')::date + (getvariable('days') - 1)::integer as last_day;

create temp table school as
select
    number,
    inn('2499' || lpad(number::varchar, 5, '0')) as inn,
    '249901001' as kpp,
    'МБОУ ' || case when number % 5 = 0 then 'ООШ' else 'СОШ' end || ' № ' || number as name,
    case when number % 5 = 0 then 'ООШ' else 'СОШ' end as type,
    'Условный район № ' || 1 + number % getvariable('municipalities') as municipality,
    100 + draw(number, 1, 401) as students,
    10 + draw(number, 2, 34) as teachers
from generate_series(1, getvariable('schools')) as series(number);

-- Students and teachers, numbered through; a СНИЛС of numbers that are issued to nobody.
create temp table person as
with listed as (
    select number as school, inn, role, unnest(generate_series(1, people)) as place
    from school
    cross join lateral (values ('обучающийся', students), ('педагог', teachers)) as roles(role, people)
),
numbered as (
    select listed.*, row_number() over (order by school, role, place) as person
    from listed
)
select
    numbered.*,
    (900000000 + person * 97)::varchar || snils_control(900000000 + person * 97) as digits
from numbered;

create table export.organisation_registry as
select
    'registry' as file,
    number as position,
    cast(null as varchar) as dirt,
    inn as "ИНН",
    kpp as "КПП",
    getvariable('region') as "Субъект",
    municipality as "Муниципалитет",
    name as "Полное наименование",
    type as "Тип организации",
    'да' as "Общеобразовательная"
from school;
