-- Grain: system_code × month × organisation_id (legal entity) × role.

with ranked as (
    select
        period.*,
        row_number() over (
            partition by period.series_key, period.entity_id, period.fact_month
            order by period.period_end desc, period.period_start desc
        ) as recency
    from {{ ref('int_measure_period') }} as period
    where period.measure_code in ('registered', 'active', 'registration_headcount', 'activity_headcount')
),

month_row as (
    select
        ranked.system_code,
        ranked.fact_month as month,
        ranked.fact_year as year,
        ranked.entity_id as organisation_id,
        ranked.role_code as role,
        max(case when ranked.measure_code = 'registered' then ranked.value end) as registered,
        max(case when ranked.measure_code = 'active' then ranked.value end) as active,
        max(
            case when ranked.measure_code in ('registration_headcount', 'activity_headcount') then ranked.value end
        ) as platform_headcount
    from ranked
    where ranked.recency = 1
    group by ranked.system_code, ranked.fact_month, ranked.fact_year, ranked.entity_id, ranked.role_code
),

-- A month is measured against the same denominator as its year, so that December and the year agree.
shared as (
    select
        month_row.*,
        coalesce(headcount.value_low, month_row.platform_headcount) as headcount,
        {{ indicator_value(
            'month_row.registered', 'coalesce(headcount.value_low, month_row.platform_headcount)', "'%'",
            "'ratio_of_sums'"
        ) }} as share_registered,
        {{ indicator_value(
            'month_row.active', 'coalesce(headcount.value_low, month_row.platform_headcount)', "'%'",
            "'ratio_of_sums'"
        ) }} as share_active
    from month_row
    left join {{ ref('int_measure_year') }} as headcount
        on
            headcount.series_key = {{ series_key("'headcount'", 'month_row.role') }}
            and month_row.organisation_id = headcount.entity_id
            and month_row.year = headcount.year
            and headcount.year_kind = 'calendar'
),

monitored as (
    select
        component.role_code,
        component.system_code,
        plan_choice.year,
        plan_choice.place_id as organisation_id,
        passport.precision_digits,
        passport.direction,
        plan_choice.plan
    from {{ ref('int_passport_year') }} as passport
    inner join {{ ref('stg_reference__passport_component') }} as component
        on
            passport.indicator_code = component.indicator_code
            and passport.version = component.version
            and component.side = 'numerator'
            and component.priority = 1
    inner join {{ ref('int_plan_choice') }} as plan_choice
        on
            passport.indicator_code = plan_choice.indicator_code
            and plan_choice.place_level = 'organisation'
            and plan_choice.year = passport.year
    where passport.monthly_monitoring
)

select
    {{ cast_columns([
        ('shared.system_code', 'system_code', 'text'),
        ('shared.month', 'month', 'date'),
        ('shared.year', 'year', 'integer'),
        ('shared.organisation_id', 'organisation_id', 'text'),
        ('shared.role', 'role', 'text'),
    ]) }},
    {{ place_columns('place') }},
    {{ cast_columns([
        ('place.is_general_education', 'is_general_education', 'boolean'),
        ('shared.headcount', 'headcount', 'bigint'),
        ('shared.registered', 'registered', 'bigint'),
        ('shared.active', 'active', 'bigint'),
        ('shared.share_registered', 'share_registered', 'decimal(18, 6)'),
        ('shared.share_active', 'share_active', 'decimal(18, 6)'),
        ('shared.share_active - earlier.share_active', 'share_active_change', 'decimal(18, 6)'),
        ('monitored.plan', 'plan', 'decimal(18, 6)'),
        (
            'not ' ~ reaches_plan(
                'shared.share_active', 'monitored.plan', 'monitored.precision_digits', 'monitored.direction'
            ),
            'below_plan', 'boolean'
        ),
    ]) }}
from shared
left join shared as earlier
    on
        shared.system_code = earlier.system_code
        and shared.organisation_id = earlier.organisation_id
        and shared.role = earlier.role
        and shared.month = {{ add_months('earlier.month', 1) }}
left join monitored
    on
        shared.system_code = monitored.system_code
        and shared.role = monitored.role_code
        and shared.year = monitored.year
        and shared.organisation_id = monitored.organisation_id
left join {{ ref('int_organisation_year') }} as place
    on
        shared.organisation_id = place.organisation_id
        and shared.year = place.year
