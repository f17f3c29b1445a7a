-- Equipment, Internet and training.

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
