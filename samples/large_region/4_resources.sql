-- Equipment, Internet and training; objects and services, events, money.

insert into marts.equipment_by_organisation by name
with delivery as (
    select
        year.year,
        place.* exclude (number, municipality_number, quality, first_students),
        thing.item,
        thing.unit,
        thing.most,
        1 + floor(thing.most * chance(thing.item || place.number || year.year)) as quantity
    from place
    cross join (values ('Ноутбук', 'шт.', 30), ('МФУ', 'шт.', 3), ('Интерактивная панель', 'шт.', 6),
        ('Цифровая лаборатория', 'комплект', 4)) as thing(item, unit, most)
    inner join year on year.year in (place.equipped_year, place.equipped_year + 2)
)

select
    delivery.* exclude (equipped_year, most),
    sum(quantity) over (partition by organisation_id, item, unit order by year) as quantity_to_date,
    quantity as quantity_digital_environment,
    make_date(equipped_year, 9, 1) as first_delivery
from delivery;

insert into marts.connectivity_by_organisation by name
with measured as (
    select
        make_date(year.year, moment.month, 1) as date,
        year.year,
        place.* exclude (number, municipality_number, quality, first_students, equipped_year),
        place.organisation_id as entity_id,
        moment.is_latest,
        year.year > place.equipped_year or (year.year = place.equipped_year and moment.month > 9) as equipped_to_date,
        round(2 + 120 * place.quality * (0.4 + 0.1 * (year.year - getvariable('first_year')))
            * (0.5 + chance('speed' || place.number || year.year || moment.month)), 1) as speed
    from place
    cross join year
    cross join (values (6, false), (12, true)) as moment(month, is_latest)
)

select
    measured.* exclude (speed),
    speed as speed_low,
    speed as speed_high,
    'exact' as speed_kind,
    replace(speed::varchar, '.', ',') as speed_text,
    20 as threshold,
    speed >= 20 as meets_threshold,
    'Условная связь' as provider,
    case when speed > 40 then 'оптоволокно' else 'спутник' end as connection_type,
    speed > 40 as has_guaranteed_traffic
from measured;

insert into marts.training_by_programme by name
select
    year.year,
    programme.programme_title,
    place.* exclude (number, municipality_number, quality, first_students, equipped_year),
    count.people as records,
    count.people
from place
cross join year
cross join (values ('Цифровая образовательная среда: внедрение целевой модели'), ('Работа учителя в ИКОП «Сферум»'),
    ('Использование ФГИС «Моя школа» в работе педагога'), ('Цифровые технологии в образовании: ЦОС'),
    ('Управление внедрением цифровой образовательной среды в школе')) as programme(programme_title)
inner join school_year as count_year on place.number = count_year.number and year.year = count_year.year
cross join lateral (
    select floor(
        count_year.teachers * 0.06 * chance(programme.programme_title || place.number || year.year)
    )::bigint as people
) as count
where count.people > 0;

insert into marts.training_by_organisation by name
with trained as (
    select organisation_id, year, sum(people)::bigint as people
    from marts.training_by_programme
    group by organisation_id, year
),

cumulated as (
    select
        place.* exclude (municipality_number, quality, first_students, equipped_year),
        school_year.year,
        school_year.teachers,
        school_year.leaders,
        coalesce(trained.people, 0) as trained,
        sum(coalesce(trained.people, 0)) over (partition by place.number order by school_year.year) as trained_to_date
    from place
    inner join school_year on place.number = school_year.number
    left join trained on place.organisation_id = trained.organisation_id and school_year.year = trained.year
)

select
    cumulated.* exclude (number, trained_to_date),
    least(trained_to_date, teachers) as trained_to_date,
    case when chance('head' || number) < 0.2 * (year - getvariable('first_year') + 1) then leaders else 0 end
        as leaders_trained_to_date,
    teachers as staff_teachers,
    leaders as staff_leaders
from cumulated;

create temp macro of_school() as table
    select number, organisation_id, organisation_name, municipality, municipality_id, region_code from place;

insert into marts.infrastructure_by_organisation by name
with object as (
    select
        school.*,
        thing.*,
        getvariable('first_year') + floor((getvariable('years') + 2) * chance(thing.object_code || school.number))::integer
            as start_year
    from of_school() as school
    inner join (values ('gosweb', 'Госвеб', 1), ('cos_target_model', 'Целевая модель ЦОС', 1), ('skud', 'СКУД', 0.6),
        ('tochka_rosta', 'Точка роста', 0.3), ('capital_repair', 'Капитальный ремонт', 0.2))
        as thing(object_code, object_title, part)
        on chance('has' || thing.object_code || school.number) < thing.part
)

select
    object.* exclude (number, part),
    object.organisation_id as site_id,
    case when object.start_year > getvariable('last_year') then 'planned' else 'active' end as state,
    object.start_year <= getvariable('last_year') as is_in_operation,
    case when object.start_year <= getvariable('last_year') then make_date(object.start_year, 9, 1) end as started_on,
    case when object.start_year > getvariable('last_year') then 'по плану района' end as remark,
    sha256('infrastructure' || object.municipality_id) as file_sha256,
    'Объекты' as sheet,
    object.number + 3 as source_row
from object;

insert into marts.participation_by_organisation by name
with event as (
    select school.*, year.year, thing.*
    from of_school() as school
    cross join year
    cross join (values ('urok_cifry', 'Урок цифры'), ('digital_likbez', 'Цифровой ликбез')) as thing(event_code, event_title)
),

given as (
    select
        event.*, 'organisation' as level, make_date(event.year, 4, 20) as held_on,
        1 + floor(60 * chance(event.event_code || event.number || event.year))::bigint as participants,
        '5-9' as classes
    from event
    union all by name
    select
        0 as number, any_value(event.municipality) as municipality, event.municipality_id, 'RU-KYA' as region_code,
        event.year, 'proektoria' as event_code, 'ПроеКТОриЯ' as event_title, 'municipality' as level,
        count(*) * 30 as participants
    from event
    where event.event_code = 'urok_cifry'
    group by event.municipality_id, event.year
)

select
    given.* exclude (number),
    'person' as counting_unit,
    sha256('participation' || given.municipality_id || given.year) as file_sha256,
    'Участие' as sheet,
    given.number + 3 as source_row
from given;

insert into marts.funding_by_organisation by name
select
    school.* exclude (number),
    year.year,
    'organisation' as level,
    'бюджет субъекта' as source,
    side.plan_or_fact,
    cast(1000 * floor(side.part * 500 * chance('money' || school.number || year.year)) as decimal(18, 2)) as amount,
    'Финансирование на ' || year.year || ' год' as document,
    sha256('funding' || school.municipality_id || year.year) as file_sha256,
    'Финансирование' as sheet,
    school.number + 3 as source_row
from of_school() as school
cross join year
cross join (values ('plan', 1), ('fact', 0.9)) as side(plan_or_fact, part);

insert into marts.certificate_by_territory by name
select
    make_date(year.year, 12, 31) as date,
    'municipality' as level,
    municipality.municipality,
    municipality.municipality_id,
    'RU-KYA' as region_code,
    'registration' as certificate_type,
    500 + floor(4000 * chance('certificate' || municipality.number || year.year))::bigint as issued,
    sha256('certificate' || municipality.municipality_id || year.year) as file_sha256,
    'Сертификаты' as sheet,
    3 as source_row
from municipality
cross join year;

insert into marts.methodical_event by name
select
    year.year,
    kind.event_code,
    kind.event_title,
    'municipality' as level,
    municipality.municipality,
    municipality.municipality_id,
    'RU-KYA' as region_code,
    'Использование ЦОС на уроках' as topic,
    1 + floor(5 * chance(kind.event_code || municipality.number || year.year))::bigint as events,
    sha256('methodical' || municipality.municipality_id || year.year) as file_sha256,
    'РМО и СМО' as sheet,
    4 as source_row
from municipality
cross join year
cross join (values ('rmo', 'РМО'), ('smo', 'СМО')) as kind(event_code, event_title)
union all by name
select
    school.* exclude (number),
    year.year,
    'seminar' as event_code,
    'Семинар' as event_title,
    'organisation' as level,
    'Работа с ФГИС «Моя школа»' as topic,
    1 as events,
    sha256('methodical' || school.municipality_id || year.year) as file_sha256,
    'РМО и СМО' as sheet,
    school.number + 4 as source_row
from of_school() as school
cross join year
where school.number % 3 = 0;

insert into marts.survey_result by name
select
    school.* exclude (number),
    make_date(year.year, half.month, 20) as date,
    'organisation' as level,
    'Опрос родителей (законных представителей)' as survey,
    'Удовлетворены ли Вы электронным дневником?' as question,
    100 + school.number % 200 as answered,
    floor((100 + school.number % 200) * (0.6 + 0.4 * chance('satisfied' || school.number || year.year || half.month)))
        as satisfied,
    sha256('survey' || school.municipality_id || year.year) as file_sha256,
    'Опрос' as sheet,
    school.number * 2 + half.month // 7 as source_row
from of_school() as school
cross join year
cross join (values (6), (12)) as half(month);
