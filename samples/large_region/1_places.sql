-- A region that does not exist: places, schools and their people by year. Temporary tables, read by the next files.
-- Chance is the MD5 of a name for what is asked, so that the same figures come out everywhere and always.

create temp macro chance(question) as (md5_number_lower(question) % 1000003) / 1000003.0;

create temp table municipality as
select
    number,
    '04' || lpad(number::varchar, 3, '0') || '000' as municipality_id,
    'Условный район № ' || number as municipality
from generate_series(1, getvariable('municipalities')) as series(number);

-- Half of the schools stand in a quarter of the municipalities, as they do.
create temp table school as
select
    number,
    '2499' || lpad(number::varchar, 6, '0') as organisation_id,
    1 + floor(getvariable('municipalities') * pow(chance('place' || number), 2))::integer as municipality_number,
    case
        when chance('type' || number) < 0.65 then 'СОШ'
        when chance('type' || number) < 0.85 then 'ООШ'
        when chance('type' || number) < 0.95 then 'гимназия'
        else 'лицей'
    end as organisation_type,
    chance('quality' || number) as quality,
    40 + floor(1200 * pow(chance('size' || number), 2))::integer as first_students,
    getvariable('first_year') + floor((getvariable('years') + 2) * chance('equipped' || number))::integer
        as equipped_year
from generate_series(1, getvariable('schools')) as series(number);

create temp table place as
select
    school.*,
    'МБОУ ' || school.organisation_type || ' № ' || school.number as organisation_name,
    school.organisation_id as inn,
    case when school.municipality_number < 4 then 'город' else 'село' end as locality_type,
    municipality.municipality,
    municipality.municipality_id as municipality_oktmo,
    municipality.municipality_id,
    'Красноярский край' as region,
    'RU-KYA' as region_code
from school
inner join municipality on school.municipality_number = municipality.number;

create temp table year as
select year::integer as year
from generate_series(getvariable('first_year'), getvariable('first_year') + getvariable('years') - 1) as series(year);

create temp table school_year as
select
    place.number,
    year.year,
    year.year - getvariable('first_year') as age,
    round(place.first_students * (1 + 0.01 * (year.year - getvariable('first_year'))))::bigint as students,
    3 + place.first_students // 13 as teachers,
    1 + (place.first_students > 400)::integer + (place.first_students > 900)::integer as leaders,
    round(place.first_students * 1.6)::bigint as parents
from place
cross join year;

create temp table headcount as
unpivot (select number, year, age, students as student, teachers as teacher, leaders as leader, parents as parent
         from school_year)
on student, teacher, leader, parent into name role value people;

insert into marts.dim_organisation by name
select
    place.* exclude (number, municipality_number, quality, first_students, equipped_year),
    place.organisation_id as entity_id,
    false as is_site,
    place.organisation_name as full_name,
    place.organisation_name as short_name,
    true as is_general_education,
    case when place.organisation_type = 'ООШ' then 'НОО, ООО' else 'НОО, ООО, СОО' end as programmes,
    '249901001' as kpp,
    '1022499' || lpad(place.number::varchar, 6, '0') as ogrn,
    date '2010-09-01' as valid_from,
    true as is_current
from place;

insert into marts.dim_territory by name
select 'RU' as territory_id, 'federation' as territory_level, 'Российская Федерация' as territory_name,
    true as is_current
union all by name
select 'RU-KYA' as territory_id, 'region' as territory_level, 'Красноярский край' as territory_name, 'RU' as parent_id,
    'Красноярский край' as region, 'RU-KYA' as region_code, true as is_current
union all by name
select municipality_id as territory_id, 'municipality' as territory_level, municipality as territory_name,
    'RU-KYA' as parent_id, date '2010-09-01' as valid_from, municipality, municipality_id as oktmo, municipality_id,
    'Красноярский край' as region, 'RU-KYA' as region_code, true as is_current
from municipality;

insert into marts.dim_system from origin.marts.dim_system;
insert into marts.indicator_passport from origin.marts.indicator_passport;
