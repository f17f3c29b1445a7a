-- Grain: year × organisation_id (legal entity that exists at the year's end): everything a headmaster would ask.

with organisation as (
    select *
    from {{ ref('int_organisation_year') }}
    where exists_at_year_end
),

site as (
    select
        current_organisation.entity_id,
        count(*) as sites
    from {{ ref('int_organisation_current') }} as current_organisation
    where current_organisation.is_site
    group by current_organisation.entity_id
),

measured as (
    select
        measure.entity_id,
        measure.year,
        {% for column, measure, role, system in (
            ('students', 'headcount', 'student', none),
            ('teachers', 'headcount', 'teacher', none),
            ('leaders', 'headcount', 'leader', none),
            ('parents', 'headcount', 'parent', none),
            ('students_registered', 'registered', 'student', 'my_school'),
            ('teachers_registered', 'registered', 'teacher', 'my_school'),
            ('students_active', 'active', 'student', 'my_school'),
            ('teachers_active', 'active', 'teacher', 'my_school'),
            ('teachers_active_sferum', 'active', 'teacher', 'sferum'),
            ('teachers_trained_to_date', 'trained', 'teacher', none),
            ('leaders_trained_to_date', 'trained', 'leader', none),
            ('deliveries_to_date', 'delivered', none, none),
        ) -%}
            max(case when measure.series_key = {{ series(measure, role, system) }} then measure.value_low end)
                as {{ column }},
        {% endfor -%}
        min(case when series.measure_code = 'speed' then measure.value_low end) as speed_low,
        min(case when series.measure_code = 'speed' then measure.value_high end) as speed_high,
        sum(case when series.measure_code = 'participants' then measure.value_low end) as participants,
        sum(case when series.measure_code = 'events' then measure.value_low end) as methodical_events,
        sum(case when series.measure_code = 'funding_plan' then measure.value_low end) as funding_plan,
        sum(case when series.measure_code = 'funding_fact' then measure.value_low end) as funding_fact
    from {{ ref('int_measure_year') }} as measure
    left join {{ ref('int_series') }} as series
        on measure.series_key = series.series_key
    where measure.year_kind = 'calendar' and not measure.is_cumulative
    group by measure.entity_id, measure.year
),

object as (
    select
        measure.entity_id,
        measure.year,
        {{ text_list('coalesce(catalogue.short_title, series.subject_code)') }} as objects
    from {{ ref('int_measure_year') }} as measure
    inner join {{ ref('int_series') }} as series
        on measure.series_key = series.series_key
    left join {{ ref('stg_reference__system') }} as catalogue
        on series.subject_code = catalogue.system_code
    where series.measure_code = 'object' and measure.value_low = 1
    group by measure.entity_id, measure.year
),

verdict as (
    select
        indicator.organisation_id,
        indicator.year,
        sum(case when indicator.status = 'achieved' then 1 else 0 end) as indicators_achieved,
        sum(case when indicator.status = 'not_achieved' then 1 else 0 end) as indicators_not_achieved,
        sum(case when indicator.status = 'no_data' then 1 else 0 end) as indicators_without_data
    from {{ ref('indicator_by_organisation') }} as indicator
    group by indicator.organisation_id, indicator.year
),

assignment as (
    select
        decision.organisation_id,
        extract(year from decision.document_date) as year,
        sum(case when decision.state = 'overdue' then 1 else 0 end) as decisions_overdue
    from {{ ref('decision_status') }} as decision
    where decision.is_current
    group by decision.organisation_id, extract(year from decision.document_date)
)

select
    {{ cast_columns([
        ('organisation.year', 'year', 'integer'),
        ('organisation.organisation_id', 'organisation_id', 'text'),
    ]) }},
    {{ place_columns('organisation') }},
    {{ cast_columns([
        ('organisation.is_general_education', 'is_general_education', 'boolean'),
        ('coalesce(site.sites, 0)', 'sites', 'bigint'),
        ('measured.students', 'students', 'bigint'),
        ('measured.teachers', 'teachers', 'bigint'),
        ('measured.leaders', 'leaders', 'bigint'),
        ('measured.parents', 'parents', 'bigint'),
        ('measured.students_registered', 'students_registered', 'bigint'),
        ('measured.teachers_registered', 'teachers_registered', 'bigint'),
        ('measured.students_active', 'students_active', 'bigint'),
        ('measured.teachers_active', 'teachers_active', 'bigint'),
        ('measured.teachers_active_sferum', 'teachers_active_sferum', 'bigint'),
        ('measured.teachers_trained_to_date', 'teachers_trained_to_date', 'bigint'),
        ('measured.leaders_trained_to_date', 'leaders_trained_to_date', 'bigint'),
        ('measured.deliveries_to_date > 0', 'is_equipped', 'boolean'),
        ('measured.speed_low', 'speed_low', 'decimal(18, 6)'),
        ('measured.speed_high', 'speed_high', 'decimal(18, 6)'),
        ('object.objects', 'objects', 'text'),
        ('measured.participants', 'participants', 'bigint'),
        ('measured.methodical_events', 'methodical_events', 'bigint'),
        ('measured.funding_plan', 'funding_plan', 'decimal(18, 2)'),
        ('measured.funding_fact', 'funding_fact', 'decimal(18, 2)'),
        ('coalesce(verdict.indicators_achieved, 0)', 'indicators_achieved', 'bigint'),
        ('coalesce(verdict.indicators_not_achieved, 0)', 'indicators_not_achieved', 'bigint'),
        ('coalesce(verdict.indicators_without_data, 0)', 'indicators_without_data', 'bigint'),
        ('coalesce(assignment.decisions_overdue, 0)', 'decisions_overdue', 'bigint'),
    ]) }}
from organisation
left join site
    on organisation.organisation_id = site.entity_id
left join measured
    on
        organisation.organisation_id = measured.entity_id
        and organisation.year = measured.year
left join object
    on
        organisation.organisation_id = object.entity_id
        and organisation.year = object.year
left join verdict
    on
        organisation.organisation_id = verdict.organisation_id
        and organisation.year = verdict.year
left join assignment
    on
        organisation.organisation_id = assignment.organisation_id
        and organisation.year = assignment.year
