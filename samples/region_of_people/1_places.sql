-- Schools and people of a region that does not exist. Temporary tables, read by the next files. Variables: schools,
-- municipalities, first_day, days.

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
