-- Journals and what waits for people: every municipality sends its own files.

create temp table file as
with sent as (
    select
        kind.kind, kind.system_code, municipality.number as municipality_number, period.day as period_start,
        (period.day + interval 1 month - interval 1 day)::date as period_end
    from municipality
    cross join (values ('platform_registration', 'my_school'), ('platform_registration', 'sferum'),
        ('platform_activity', 'my_school'), ('platform_activity', 'sferum')) as kind(kind, system_code)
    cross join (select distinct month as day from reported_month) as period
    union all
    select kind.kind, null, municipality.number, make_date(year.year, 12, 1), make_date(year.year, 12, 31)
    from municipality
    cross join (values ('organisation_registry'), ('headcount'), ('connectivity'), ('equipment_delivery'), ('staff'),
        ('training_record'), ('infrastructure'), ('participation'), ('funding'), ('certificate'), ('methodical_event'),
        ('survey'), ('indicator_reported'), ('decision'), ('milestone')) as kind(kind)
    cross join year
    union all
    select 'indicator_plan', null, null, make_date(year.year, 1, 1), make_date(year.year, 12, 31)
    from year
),

numbered as (
    select
        sent.*,
        row_number() over (order by period_end, kind, system_code, municipality_number) as load_sequence,
        concat_ws('_', kind, system_code, strftime(period_end, '%Y-%m'), coalesce(municipality_number, 0)) as name
    from sent
),

schools as (
    select municipality_number, count(*) as schools
    from place
    group by municipality_number
)

select
    numbered.*,
    municipality.municipality,
    municipality.municipality_id,
    coalesce(schools.schools, 20) * 4 as rows_accepted,
    case when chance('rejected' || name) < 0.05 then 1 + floor(3 * chance('many' || name))::bigint else 0 end
        as rows_rejected,
    case when chance('held' || name) < 0.01 then 1 else 0 end as rows_held,
    (period_end + interval 3 day + interval 9 hour
        + interval (floor(20000 * chance('received' || name))::bigint) minute)::timestamp as received_at
from numbered
left join municipality on numbered.municipality_number = municipality.number
left join schools on numbered.municipality_number = schools.municipality_number;

insert into marts.load_journal by name
select
    case when kind = 'indicator_plan' then sha256('plan' || extract(year from period_end)) else sha256(name) end
        as file_sha256,
    load_sequence, kind, kind as layout, 3 as header_row, system_code,
    coalesce('Управление образования: ' || municipality, 'Министерство образования') as sender,
    municipality, municipality_id, 'RU-KYA' as region_code,
    name || '.xlsx' as original_name,
    name || '.xlsx' as file_name,
    8000 + 60 * rows_accepted as size_bytes,
    received_at,
    received_at + interval 8 hour as loaded_at,
    'loaded' as outcome,
    period_start, period_end,
    rows_accepted + rows_rejected + rows_held + 1 as rows_read,
    rows_accepted, rows_rejected, rows_held, 1 as rows_ignored, 0 as rows_changed,
    0 as rows_forgotten
from file;

insert into marts.reject_journal by name
with remark as (
    select
        journal.file_sha256, journal.original_name as file_name, journal.municipality, journal.municipality_id,
        journal.region_code, series.number,
        1 + floor(4 * chance(journal.file_sha256 || series.number))::bigint as choice
    from marts.load_journal as journal
    cross join lateral (select unnest(generate_series(1, journal.rows_rejected)) as number) as series
)

select
    remark.* exclude (number, choice),
    'Лист1' as sheet,
    remark.number + 10 as "row",
    known.rule,
    known.title as "column",
    remark.file_name || ', строка ' || (remark.number + 10) || ': ' || known.expected as message,
    'error' as severity
from remark
inner join (values
    (1, 'inn_check_digit', 'ИНН', 'контрольная цифра ИНН не сходится'),
    (2, 'not_a_date', 'Дата', 'ожидалась существующая дата, например 01.12.2024'),
    (3, 'registered_not_above_headcount', 'Зарегистрировано', 'зарегистрировано не может быть больше численности'),
    (4, 'duplicate_key', 'ИНН', 'строка с тем же ключом уже есть в файле выше')
) as known(number, rule, title, expected) on remark.choice = known.number;

-- By the calendar of the project: months by the 25th, years by 20 January; seen on the day of the build, 25 January.
insert into marts.submission_status by name
with expected as (
    select
        number, system_code, kind.kind, month, is_reported,
        kind.duty || '_' || system_code as duty_code,
        strftime(month, '%Y-%m') as period,
        ['январь', 'февраль', 'март', 'апрель', 'май', 'июнь', 'июль', 'август', 'сентябрь', 'октябрь', 'ноябрь',
            'декабрь'][month(month)] || ' ' || year(month) as period_title,
        month as period_start,
        last_day(month) as period_end,
        (month + interval 1 month + interval 24 day)::date as due_day
    from reported_month
    cross join (values ('platform_registration', 'registration'), ('platform_activity', 'activity')) as kind(kind, duty)
    union all
    select
        school_year.number, null, kind.kind, make_date(school_year.year, 12, 1),
        kind.kind = 'connectivity' or chance('headcount' || school_year.number || school_year.year) >= 0.03,
        kind.kind,
        school_year.year::varchar,
        school_year.year || ' год',
        make_date(school_year.year, 1, 1),
        make_date(school_year.year, 12, 31),
        make_date(school_year.year + 1, 1, 20)
    from school_year
    cross join (values ('headcount'), ('connectivity')) as kind(kind)
),

newest as (
    select duty_code, max(due_day) as due_day
    from expected
    where due_day < make_date(getvariable('last_year') + 1, 1, 25)
    group by duty_code
)

select
    expected.kind,
    expected.system_code,
    expected.period,
    extract(year from expected.month) as year,
    place.* exclude (number, municipality_number, quality, first_students, equipped_year),
    true as expected,
    expected.is_reported as received,
    case when expected.is_reported then file.received_at end as received_at,
    case when expected.is_reported then file.name || '.xlsx' end as file_name,
    case when expected.is_reported then sha256(file.name) end as file_sha256,
    expected.period_title,
    expected.period_start,
    expected.period_end,
    expected.duty_code,
    expected.due_day,
    case
        when expected.is_reported then 'received'
        when expected.due_day < make_date(getvariable('last_year') + 1, 1, 25) then 'late'
        else 'due'
    end as submission_state,
    case
        when not expected.is_reported and expected.due_day < make_date(getvariable('last_year') + 1, 1, 25)
            then make_date(getvariable('last_year') + 1, 1, 25) - expected.due_day
    end as days_late,
    coalesce(expected.due_day = newest.due_day, false) as is_newest_due
from expected
inner join place on expected.number = place.number
inner join file
    on expected.kind = file.kind
    and expected.system_code is not distinct from file.system_code
    and expected.month = file.period_start
    and place.municipality_number = file.municipality_number
left join newest on expected.duty_code = newest.duty_code;

insert into marts.submission_due by name
with owed as (
    select
        duty_code, kind, system_code, period, period_title, period_start, period_end, year, municipality_id, municipality,
        region, region_code, due_day, is_newest_due,
        'organisations' as who,
        count(*) as organisations_expected,
        count(*) filter (where received) as organisations_received,
        max(received_at) as last_received_at,
        case
            when bool_or(submission_state = 'late') then 'late'
            when bool_or(submission_state = 'due') then 'due'
            else 'received'
        end as submission_state,
        max(days_late) as days_late
    from marts.submission_status
    group by all
    union all
    select
        'registry', 'organisation_registry', null, 'once', 'один раз', null, null, getvariable('last_year') + 1,
        municipality_id, municipality, 'Красноярский край', region_code, null, true, 'municipality', null, count(*),
        max(received_at), 'received', null
    from marts.load_journal
    where kind = 'organisation_registry'
    group by all
)

select
    owed.*,
    municipality_id as territory_id,
    'municipality' as territory_level,
    municipality as territory_name,
    count(*) filter (where submission_state = 'late') over series as periods_late,
    min(case when submission_state = 'late' then due_day end) over series as late_since,
    arg_max(case when organisations_received > 0 then period_title end, period_end) over series as last_received_period
from owed
window series as (partition by duty_code, municipality_id);

insert into marts.source_status by name
with kind as (
    select distinct kind, kind_title
    from origin.marts.source_status
),

place as (
    select distinct municipality_id, municipality, region_code
    from marts.load_journal
    where municipality_id is not null
),

loaded as (
    select
        kind, system_code, municipality_id, count(*) as files, strftime(max(period_end), '%Y-%m') as last_period,
        max(received_at) as last_received_at
    from marts.load_journal
    group by kind, system_code, municipality_id
),

owed as (
    select kind, system_code, municipality_id, max(periods_late) as periods_late, min(late_since) as late_since
    from marts.submission_due
    group by kind, system_code, municipality_id
)

select
    kind.kind,
    kind.kind_title,
    loaded.system_code,
    system.short_title as system_title,
    place.municipality,
    place.municipality_id,
    'Красноярский край' as region,
    place.region_code,
    coalesce(loaded.files, 0) as files,
    loaded.last_period,
    loaded.last_received_at,
    case when loaded.kind is null then 0 else getvariable('schools') end as organisations_reported,
    loaded.kind is not null as is_loaded,
    coalesce(owed.periods_late, 0) as periods_late,
    owed.late_since,
    case when loaded.kind is null then 'Нет данных: загрузите «' || kind.kind_title || '» — vitrina add ФАЙЛ' end
        as advice
from kind
cross join place
left join loaded on kind.kind = loaded.kind and place.municipality_id = loaded.municipality_id
left join owed
    on loaded.kind = owed.kind
    and loaded.system_code is not distinct from owed.system_code
    and loaded.municipality_id = owed.municipality_id
left join marts.dim_system as system on loaded.system_code = system.system_code;

insert into marts.held_name by name
select
    row_number() over (order by load_sequence) as held_id,
    'organisation' as reason,
    'Школа № ' || load_sequence || ' условная' as name_in_file,
    municipality as municipality_in_file,
    municipality, municipality_id,
    'Красноярский край' as region,
    region_code,
    rows_held,
    kind as kinds,
    original_name as file_names,
    'МБОУ СОШ № ' || load_sequence || ', ' || municipality as candidates,
    received_at as first_received_at
from marts.load_journal
where rows_held > 0;

insert into marts.programme_unmatched by name
select
    'Условная программа № ' || number as programme_title,
    number * 3 as records,
    number * 2 as people,
    make_date(getvariable('first_year'), 2, 1) as first_issued_on,
    make_date(getvariable('last_year'), 11, 1) as last_issued_on
from generate_series(1, 30) as series(number);

insert into marts.activity_difference by name
select
    month.* exclude (year, is_general_education, headcount, registered, active, share_registered, share_active,
        share_active_change, plan, below_plan, month),
    month.month as period_start,
    last_day(month.month) as period_end,
    month.active as active_aggregate,
    month.active + 2 as active_log,
    2 as difference
from marts.platform_month as month
where month.month = make_date(getvariable('last_year'), 12, 1) and month.active % 50 = 7;

insert into marts.sender_conflict by name
select
    'headcount' as kind,
    place.organisation_id || '|' || getvariable('last_year') as row_key,
    'Школы' as other_sender,
    place.organisation_id, place.organisation_name, place.municipality, place.municipality_id, place.region_code,
    'Управление образования: ' || place.municipality as active_sender,
    'students=' || place.first_students as active_values,
    'students=' || (place.first_students + 3) as other_values,
    true as is_different
from place
where place.number % 30 = 1;

insert into marts.release_summary by name
select
    getvariable('release_id') as release_id,
    make_date(getvariable('last_year'), 12, 31) as data_date,
    make_timestamp(getvariable('last_year') + 1, 1, 25, 2, 0, 0) as built_at,
    count(*) as files_loaded,
    sum(rows_accepted) as rows_accepted
from marts.load_journal;
