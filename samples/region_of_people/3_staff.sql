-- The staff, one file, and the documents of its training, a file a year. Half of the teachers took a course on the digital
-- environment at some time, some of them twice; the others another course.

create temp table course as
select
    person.person,
    person.school,
    person.inn,
    person.digits,
    turn,
    (period.first_day + draw(person.person, turn + 60, getvariable('days'))::integer)::date as issued,
    draw(person.person, turn + 70, 2) = 0 as is_digital_environment
from person
cross join period
cross join lateral (select unnest(generate_series(1, 1 + draw(person.person, 50, 2))) as turn) as documents
where person.role = 'педагог';

create table export.staff as
select
    'staff' as file,
    position_of(person, dirt) as position,
    dirt,
    snils_of(dirt, digits) as "СНИЛС",
    organisation_of(dirt, inn, school) as "ИНН",
    'Учитель' as "Должность",
    case dirt when 'category_known' then 'волшебник' else 'педагог' end as "Категория",
    case dirt when 'not_a_date' then '31.02.2015' else '01.09.2015' end as "Принят",
    case dirt when 'dismissed_order' then '01.09.2014' end as "Уволен"
from person
cross join lateral (
    select unnest(copies(dirt(
        ['snils_check_digit', 'category_known', 'not_a_date', 'dismissed_order', 'inn_check_digit',
         'held_organisation', 'duplicate_key', 'spelt_snils'],
        person, 11
    ))) as dirt
) as copy
where role = 'педагог';

create table export.training_record as
select
    strftime(issued, 'training_%Y') as file,
    position_of(person * 4 + turn, dirt) as position,
    dirt,
    case dirt when 'document_type_known' then 'Грамота' else 'Удостоверение о повышении квалификации' end
        as "Вид документа",
    case dirt when 'document_status_known' then 'Копия' else 'Оригинал' end as "Статус документа",
    'ПК' as "Серия документа",
    (person * 4 + turn)::varchar as "Номер документа",
    date_of(dirt, issued) as "Дата выдачи документа",
    case when is_digital_environment then 'Цифровая образовательная среда: внедрение целевой модели'
        else 'Методика преподавания математики' end as "Наименование дополнительной профессиональной программы",
    count_of(dirt, 36) as "Срок обучения, часов",
    snils_of(dirt, digits) as "СНИЛС",
    organisation_of(dirt, inn, school) as "ИНН организации"
from course
cross join lateral (
    select unnest(copies(dirt(
        ['document_type_known', 'document_status_known', 'not_a_date', 'not_in_future', 'not_before_2010',
         'not_a_count', 'snils_check_digit', 'inn_check_digit', 'held_organisation', 'duplicate_key',
         'spelt_date', 'spelt_count', 'spelt_snils'],
        person, turn + 20
    ))) as dirt
) as copy;
