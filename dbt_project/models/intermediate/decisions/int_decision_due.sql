-- Grain: decision row × organisation × deadline: the one day of an assignment, or its day of every month, with the time
-- in which it is to be fulfilled (after period_from, up to due_on). Months run to a year from today.

with party as (
    select *
    from {{ ref('int_decision_party') }}
),

digit as (
    {% for number in range(10) -%}
        select {{ number }} as digit
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

month_number as (
    select hundreds.digit * 100 + tens.digit * 10 + ones.digit as number
    from digit as hundreds
    cross join digit as tens
    cross join digit as ones
    where hundreds.digit < 3
),

month as (
    select
        party.row_id,
        party.entity_id,
        party.document_date,
        party.due_day_of_month,
        {{ add_months(month_start('party.document_date'), 'month_number.number') }} as month
    from party
    cross join month_number
    where
        party.due_day_of_month is not null
        and {{ add_months(month_start('party.document_date'), 'month_number.number') }} <= {{ add_months(today(), 12) }}
),

monthly as (
    select
        month.row_id,
        month.entity_id,
        month.document_date,
        -- «до 31 числа» ends with the month.
        least(
            {{ add_days('month.month', 'month.due_day_of_month - 1') }},
            {{ add_days(add_months('month.month', 1), -1) }}
        ) as due_on
    from month
),

numbered as (
    select
        monthly.row_id,
        monthly.entity_id,
        monthly.due_on,
        coalesce(
            lag(monthly.due_on) over (partition by monthly.row_id, monthly.entity_id order by monthly.due_on asc),
            {{ add_days('monthly.document_date', -1) }}
        ) as period_from
    from monthly
    where monthly.due_on >= monthly.document_date
)

select
    party.row_id,
    party.entity_id,
    cast({{ add_days('party.document_date', -1) }} as date) as period_from,
    party.due_on,
    false as is_monthly
from party
where party.due_day_of_month is null
union all
select
    numbered.row_id,
    numbered.entity_id,
    cast(numbered.period_from as date) as period_from,
    cast(numbered.due_on as date) as due_on,
    true as is_monthly
from numbered
