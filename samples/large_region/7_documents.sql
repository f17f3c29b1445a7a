-- What documents say: published values beside the computed ones, assignments, road maps; and the card of each school.

set variable today = make_date(getvariable('last_year') + 1, 1, 25);

insert into marts.document_check from origin.marts.document_check;

insert into marts.reconciliation by name
with printed as (
    select
        indicator_code, indicator_title, indicator_short_title, indicator_position, precision_digits, year,
        territory_level as level, territory_id, null as organisation_id, null as organisation_name, municipality,
        municipality_id, region_code, value, unit, reported, reported_text, reported_document, reported_clause
    from marts.indicator_by_territory
    where reported_text is not null
    union all
    select
        indicator_code, indicator_title, indicator_short_title, indicator_position, precision_digits, year,
        'organisation', null, organisation_id, organisation_name, municipality, municipality_id, region_code, value,
        unit, reported, reported_text, reported_document, reported_clause
    from marts.indicator_by_organisation
    where reported_text is not null
),

drawn as (
    select
        printed.*,
        chance('row' || indicator_code || year || coalesce(organisation_id, territory_id)) as luck,
        row_number() over (order by year, indicator_position, territory_id, organisation_id) as number
    from printed
)

select
    case when drawn.luck < 0.03 then 'plan' else 'fact' end as value_type,
    sha256('reported' || drawn.municipality_id || drawn.year) || '|' || drawn.number as row_id,
    drawn.indicator_code, drawn.indicator_title, drawn.indicator_short_title, drawn.indicator_position,
    drawn.precision_digits, drawn.year, drawn.level, drawn.territory_id, drawn.organisation_id,
    drawn.organisation_name, drawn.municipality, drawn.municipality_id, drawn.region_code, drawn.unit,
    case when drawn.luck > 0.98 then 'Городские школы' end as breakdown,
    case when drawn.luck < 0.01 then '+' else drawn.reported_text end as reported_text,
    case when drawn.luck >= 0.01 then drawn.reported end as reported,
    case when drawn.luck <= 0.98 then drawn.value end as computed,
    case when drawn.luck between 0.01 and 0.98 then drawn.value - drawn.reported end as difference,
    0.05 as tolerance,
    case
        when drawn.luck < 0.01 then 'review'
        when drawn.luck < 0.03 then 'contradiction'
        when drawn.luck > 0.98 then 'not_computed'
        when abs(drawn.value - drawn.reported) <= 0.05 then 'agrees'
        else 'differs'
    end as verdict,
    case when drawn.luck between 0.01 and 0.03 then in_words(drawn.reported + 5) || ' — строка 7' end as other_values,
    drawn.reported_document as document,
    drawn.reported_clause as clause,
    sha256('reported' || drawn.municipality_id || drawn.year) as file_sha256,
    'Факт' as sheet,
    drawn.number as source_row
from drawn;

-- Five decisions of ten clauses, each given to every school: an open term, then kept or missed.
insert into marts.decision_status by name
with assignment as (
    select
        number::integer as number,
        1 + (number - 1) // 10 as decision,
        make_date(getvariable('last_year'), (2 * (1 + (number - 1) // 10))::integer, 15) as document_date,
        case when number % 5 <> 0 then 1 + number % 16 end as indicator_position,
        case when number % 10 = 1 then 25 end as due_day_of_month
    from generate_series(1, 50) as series(number)
),

given as (
    select
        assignment.*,
        place.organisation_id,
        place.organisation_name,
        place.municipality,
        place.municipality_id,
        place.region_code,
        assignment.document_date + (30 + 12 * (assignment.number % 10))::integer as due_on,
        fact.indicator_code,
        fact.indicator_short_title,
        fact.precision_digits,
        case when fact.indicator_code is not null then cast(50 as decimal(18, 6)) end as threshold,
        fact.value,
        coalesce(fact.value >= 50, chance('kept' || assignment.number || place.number) < 0.5) as is_kept
    from assignment
    cross join place
    left join fact
        on assignment.indicator_position = fact.indicator_position
        and place.number = fact.number
        and fact.year = getvariable('last_year')
),

phase as (
    select given.*, 'not_yet' as state, given.document_date as state_from, given.due_on as state_to
    from given
    where given.number < 50
    union all
    select
        given.*, case when given.is_kept then 'fulfilled' else 'overdue' end, given.due_on + 1, null
    from given
    where given.number < 50
    union all
    select given.*, 'cancelled', given.document_date, null
    from given
    where given.number = 50
)

select
    sha256('decision' || phase.decision) || '|' || phase.number || '|' || phase.organisation_id as decision_id,
    'Решение коллегии от ' || strftime(phase.document_date, '%d.%m.%Y') || ' № ' || phase.decision as document,
    phase.document_date,
    '2.' || (1 + (phase.number - 1) % 10) as clause,
    'Условное поручение № ' || phase.number || ': довести показатель до порога' as text,
    'Руководителям образовательных учреждений' as responsible,
    phase.organisation_id, phase.organisation_name, phase.municipality, phase.municipality_id, phase.region_code,
    phase.due_on,
    phase.due_day_of_month,
    phase.number % 3 = 0 as is_continuing,
    phase.indicator_code, phase.indicator_short_title, phase.precision_digits, phase.threshold, phase.value,
    case when phase.value is not null then make_date(getvariable('last_year'), 12, 31) end as value_on,
    phase.state, phase.state_from, phase.state_to,
    phase.state_from <= getvariable('today') and coalesce(phase.state_to >= getvariable('today'), true) as is_current,
    sha256('decision' || phase.decision) as file_sha256,
    'Поручения' as sheet,
    phase.number + 2 as source_row
from phase;

-- Every tenth school has a road map of fifteen results.
insert into marts.milestone_status by name
with result as (
    select
        place.number as school,
        place.organisation_id, place.organisation_name, place.municipality, place.municipality_id, place.region_code,
        series.number::integer as number,
        make_date((getvariable('last_year') - series.number % 3)::integer, 1, 1) as started_on,
        make_date((getvariable('last_year') + series.number % 2)::integer, 12, 31) as due_on,
        series.number % 4 = 0 as is_kept
    from place
    cross join generate_series(1, 15) as series(number)
    where place.number % 10 = 0
),

phase as (
    select result.*, 'not_begun' as state, null::date as state_from, result.started_on - 1 as state_to
    from result
    where not result.is_kept
    union all
    select result.*, 'under_way', result.started_on, result.due_on
    from result
    where not result.is_kept
    union all
    select result.*, 'overdue', result.due_on + 1, null
    from result
    where not result.is_kept
    union all
    select result.*, 'fulfilled', null, null
    from result
    where result.is_kept
)

select
    phase.* exclude (school, number, is_kept),
    sha256('milestone' || phase.organisation_id) || '|' || phase.number as milestone_id,
    'Дорожная карта, ' || phase.organisation_name as document,
    (1 + (phase.number - 1) // 5) || '.' || (1 + (phase.number - 1) % 5) as number,
    'Условное мероприятие № ' || phase.number as title,
    'не менее ' || phase.number as plan_text,
    phase.number as plan_low,
    'at_least' as plan_kind,
    'Аналитический отчёт' as document_type,
    case when phase.number % 3 = 0 then 'РП' else 'АП' end as control_level,
    coalesce(phase.state_from <= getvariable('today'), true)
    and coalesce(phase.state_to >= getvariable('today'), true) as is_current,
    sha256('milestone' || phase.organisation_id) as file_sha256,
    'Приложение 1' as sheet,
    phase.number + 2 as source_row
from phase;

insert into marts.network_by_type by name
with counted as (
    select
        year.year, place.municipality_id, any_value(place.municipality) as municipality,
        case when place.organisation_type in ('гимназия', 'лицей') then 'Гимназии и лицеи'
            else 'Общеобразовательные организации' end as network_group,
        count(*) as organisations
    from place
    cross join year
    group by all
)

select
    counted.*,
    case when network_group = 'Гимназии и лицеи' then 1 else 0 end as network_order,
    'Красноярский край' as region,
    'RU-KYA' as region_code,
    sum(organisations) over same as organisations_total,
    share_of(organisations, sum(organisations) over same) as share
from counted
window same as (partition by year, municipality_id);

insert into marts.organisation_card by name
with december as (
    select
        organisation_id,
        year,
        max(registered) filter (system_code = 'my_school' and role = 'student') as students_registered,
        max(registered) filter (system_code = 'my_school' and role = 'teacher') as teachers_registered,
        max(active) filter (system_code = 'my_school' and role = 'student') as students_active,
        max(active) filter (system_code = 'my_school' and role = 'teacher') as teachers_active,
        max(active) filter (system_code = 'sferum' and role = 'teacher') as teachers_active_sferum
    from (
        from marts.platform_month
        qualify month = max(month) over (partition by organisation_id, system_code, role, year)
    ) as last_month
    group by organisation_id, year
),

money as (
    select
        organisation_id, year,
        sum(amount) filter (plan_or_fact = 'plan') as funding_plan,
        sum(amount) filter (plan_or_fact = 'fact') as funding_fact
    from marts.funding_by_organisation
    group by organisation_id, year
),

verdict as (
    select
        organisation_id, year,
        count(*) filter (status = 'achieved') as indicators_achieved,
        count(*) filter (status = 'not_achieved') as indicators_not_achieved,
        count(*) filter (status = 'no_data') as indicators_without_data
    from marts.indicator_by_organisation
    group by organisation_id, year
),

missed as (
    select organisation_id, extract(year from document_date) as year, count(*) as decisions_overdue
    from marts.decision_status
    where is_current and state = 'overdue'
    group by all
)

select
    year.year,
    place.* exclude (number, municipality_number, quality, first_students, equipped_year),
    true as is_general_education,
    (place.number % 5 = 0)::bigint as sites,
    school_year.students, school_year.teachers, school_year.leaders, school_year.parents,
    december.* exclude (organisation_id, year),
    training.trained_to_date as teachers_trained_to_date,
    training.leaders_trained_to_date,
    year.year >= place.equipped_year as is_equipped,
    speed.speed_low, speed.speed_high,
    (
        select string_agg(object_title, ', ' order by object_title)
        from marts.infrastructure_by_organisation as object
        where object.organisation_id = place.organisation_id and object.start_year <= year.year
    ) as objects,
    (
        select sum(participants)::bigint
        from marts.participation_by_organisation as event
        where event.organisation_id = place.organisation_id and event.year = year.year
    ) as participants,
    case when place.number % 3 = 0 then 1 end as methodical_events,
    money.funding_plan, money.funding_fact,
    verdict.indicators_achieved, verdict.indicators_not_achieved, verdict.indicators_without_data,
    coalesce(missed.decisions_overdue, 0) as decisions_overdue
from place
cross join year
inner join school_year on place.number = school_year.number and year.year = school_year.year
left join december on place.organisation_id = december.organisation_id and year.year = december.year
left join marts.training_by_organisation as training
    on place.organisation_id = training.organisation_id and year.year = training.year
left join marts.connectivity_by_organisation as speed
    on place.organisation_id = speed.organisation_id and year.year = speed.year and speed.is_latest
left join money on place.organisation_id = money.organisation_id and year.year = money.year
left join verdict on place.organisation_id = verdict.organisation_id and year.year = verdict.year
left join missed on place.organisation_id = missed.organisation_id and year.year = missed.year;
