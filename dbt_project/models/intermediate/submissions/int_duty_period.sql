-- Grain: duty of the calendar × period that has begun by the day of the build, with the day by which it is due. Periods
-- are owed from the duty's `since`; without one, from the first that anybody in the warehouse reported; of what nobody
-- ever reported, the last whole period. What is owed once has no period, and may have no day.

with duty as (
    select *
    from {{ ref('stg_reference__calendar_duty') }}
),

first_reported as (
    select
        duty.duty_code,
        min(coalesce(received.month, {{ day_of_year('received.year', '1', '1') }})) as day
    from duty
    inner join {{ ref('stg_reference__calendar_duty_kind') }} as duty_kind
        on duty.duty_code = duty_kind.duty_code
    inner join {{ ref('int_received') }} as received
        on
            duty_kind.kind = received.kind
            and coalesce(duty.system_code, '-') = received.system_code
    where received.year is not null
    group by duty.duty_code
),

begun as (
    select
        duty.*,
        coalesce(
            duty.since,
            {{ duty_period_start('duty', 'first_reported.day') }},
            {{ add_months(duty_period_start('duty', today()), '-duty.period_months') }}
        ) as starts_on
    from duty
    left join first_reported
        on duty.duty_code = first_reported.duty_code
    where duty.period_kind <> 'once'
),

digit as (
    {% for number in range(10) -%}
        select {{ number }} as digit
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

period_number as (
    select hundreds.digit * 100 + tens.digit * 10 + ones.digit as number
    from digit as hundreds
    cross join digit as tens
    cross join digit as ones
),

period as (
    select
        begun.*,
        {{ add_months('begun.starts_on', 'period_number.number * begun.period_months') }} as period_start,
        {{ add_days(add_months('begun.starts_on', '(period_number.number + 1) * begun.period_months'), -1) }}
            as period_end
    from begun
    cross join period_number
    where
        {{ add_months('begun.starts_on', 'period_number.number * begun.period_months') }}
        <= least({{ today() }}, coalesce(begun.last_day, {{ today() }}))
),

dated as (
    select
        period.duty_code,
        period.kind,
        period.system_code,
        period.who,
        period.population,
        period.is_bound,
        period.period_kind,
        period.period_months,
        period.period_start,
        period.period_end,
        {{ period_label('period.period_kind', 'period.period_start') }} as period,
        {{ period_title('period.period_kind', 'period.period_start') }} as period_title,
        cast(extract(year from period.period_end) as integer) as year,
        {{ due_day('period', 'period.period_start', 'period.period_end') }} as due_day
    from period
    union all
    select
        duty.duty_code,
        duty.kind,
        duty.system_code,
        duty.who,
        duty.population,
        duty.is_bound,
        duty.period_kind,
        duty.period_months,
        duty.since as period_start,
        cast(null as date) as period_end,
        {{ period_label('duty.period_kind', 'duty.since') }} as period,
        {{ period_title('duty.period_kind', 'duty.since') }} as period_title,
        cast(extract(year from coalesce(duty.since, {{ today() }})) as integer) as year,
        {{ add_days('duty.since', 'duty.days_after') }} as due_day
    from duty
    where duty.period_kind = 'once' and coalesce(duty.since, {{ today() }}) <= {{ today() }}
),

newest as (
    select
        dated.duty_code,
        max(dated.period_start) as period_start
    from dated
    where dated.due_day < {{ today() }}
    group by dated.duty_code
)

select
    dated.duty_code,
    dated.kind,
    dated.system_code,
    dated.who,
    dated.population,
    dated.is_bound,
    dated.period_kind,
    dated.period_months,
    dated.period_start,
    dated.period_end,
    dated.period,
    dated.period_title,
    dated.year,
    dated.due_day,
    dated.period_kind = 'once' or coalesce(dated.period_start = newest.period_start, false) as is_newest_due
from dated
left join newest
    on dated.duty_code = newest.duty_code
