-- Grain: kind × system_code × period × organisation_id (legal entity). Expected: who owes it by the calendar
-- (int_due_submission). What came and was not asked for stands under its own month, or year.

with first_receipt as (
    select {{ local_day('min(load.received_at)') }} as day
    from {{ ref('stg_journal__load') }} as load
    where load.outcome = 'loaded'
),

owed as (
    select
        period.duty_code,
        period.kind,
        coalesce(period.system_code, '-') as system_code,
        period.period,
        period.period_title,
        period.period_start,
        period.period_end,
        period.year,
        period.due_day,
        period.is_newest_due,
        due.owner_id as organisation_id
    from {{ ref('int_due_submission') }} as due
    inner join {{ ref('int_duty_period') }} as period
        on
            due.duty_code = period.duty_code
            and due.period = period.period
    where due.level = 'organisation'
),

-- What an organisation sent towards a duty is of the duty's period, whether it was asked of this one or not.
receipt as (
    select
        period.duty_code,
        period.kind,
        coalesce(period.system_code, '-') as system_code,
        period.period,
        period.period_title,
        period.period_start,
        period.period_end,
        period.year,
        receipt.entity_id,
        receipt.first_received_at,
        receipt.load_sequence,
        receipt.file_sha256,
        receipt.received_kind,
        receipt.received_at
    from {{ ref('int_duty_receipt') }} as receipt
    inner join {{ ref('int_duty_period') }} as period
        on
            receipt.duty_code = period.duty_code
            and receipt.period = period.period
    where receipt.entity_id is not null and period.who = 'organisations'
    union all
    select
        cast(null as {{ dbt.type_string() }}) as duty_code,
        received.kind,
        received.system_code,
        {{ period_label("case when received.month is null then 'year' else 'month' end", received_day('received')) }}
            as period,
        {{ period_title("case when received.month is null then 'year' else 'month' end", received_day('received')) }}
            as period_title,
        {{ received_day('received') }} as period_start,
        {{ add_days(
            add_months(received_day('received'), 'case when received.month is null then 12 else 1 end'), -1
        ) }} as period_end,
        received.year,
        received.entity_id,
        received.first_received_at,
        received.load_sequence,
        received.file_sha256,
        received.kind as received_kind,
        received.received_at
    from {{ ref('int_received') }} as received
    where
        received.entity_id is not null
        and received.year is not null
        and (
            received.kind in ({{ quoted_list(submitted_kinds()) }})
            or received.kind in (
                select duty.kind
                from {{ ref('stg_reference__calendar_duty') }} as duty
                where duty.who = 'organisations'
            )
        )
        and not exists (
            select 1
            from {{ ref('int_duty_receipt') }} as receipt
            inner join {{ ref('int_duty_period') }} as period
                on
                    receipt.duty_code = period.duty_code
                    and receipt.period = period.period
            where
                period.who = 'organisations'
                and period.kind = received.kind
                and receipt.received_kind = received.kind
                and receipt.received_system = received.system_code
                and receipt.received_year = received.year
                and coalesce(receipt.month, cast('0001-01-01' as date))
                = coalesce(received.month, cast('0001-01-01' as date))
                and receipt.entity_id = received.entity_id
        )
),

ranked as (
    select
        receipt.*,
        min(receipt.first_received_at) over (
            partition by receipt.kind, receipt.system_code, receipt.period, receipt.entity_id
        ) as came_first_at,
        row_number() over (
            partition by receipt.kind, receipt.system_code, receipt.period, receipt.entity_id
            order by receipt.load_sequence desc, receipt.received_kind asc, receipt.file_sha256 asc
        ) as recency
    from receipt
),

sent as (
    select *
    from ranked
    where recency = 1
),

together as (
    select
        owed.duty_code,
        coalesce(owed.kind, sent.kind) as kind,
        nullif(coalesce(owed.system_code, sent.system_code), '-') as system_code,
        coalesce(owed.period, sent.period) as period,
        coalesce(owed.period_title, sent.period_title) as period_title,
        coalesce(owed.period_start, sent.period_start) as period_start,
        coalesce(owed.period_end, sent.period_end) as period_end,
        coalesce(owed.year, sent.year) as year,
        coalesce(owed.organisation_id, sent.entity_id) as organisation_id,
        owed.duty_code is not null as expected,
        sent.entity_id is not null as received,
        owed.due_day,
        coalesce(owed.is_newest_due, false) as is_newest_due,
        {{ local_day('sent.came_first_at') }} as received_on,
        sent.received_at,
        sent.received_kind,
        sent.file_sha256
    from owed
    full outer join sent
        on
            owed.kind = sent.kind
            and owed.system_code = sent.system_code
            and owed.period = sent.period
            and owed.organisation_id = sent.entity_id
),

stated as (
    select
        together.*,
        {{ submission_state(
            'together.expected', 'together.received', 'together.due_day', 'together.received_on', 'first_receipt.day'
        ) }} as submission_state
    from together
    cross join first_receipt
)

select
    {{ cast_columns([
        ('stated.kind', 'kind', 'text'),
        ('stated.system_code', 'system_code', 'text'),
        ('stated.period', 'period', 'text'),
        ('stated.year', 'year', 'integer'),
        ('stated.organisation_id', 'organisation_id', 'text'),
    ]) }},
    {{ place_columns('place') }},
    {{ cast_columns([
        ('stated.expected', 'expected', 'boolean'),
        ('stated.received', 'received', 'boolean'),
        ('stated.received_at', 'received_at', 'timestamp'),
        ('journal.original_name', 'file_name', 'text'),
        ('stated.file_sha256', 'file_sha256', 'text'),
        ('stated.period_title', 'period_title', 'text'),
        ('stated.period_start', 'period_start', 'date'),
        ('stated.period_end', 'period_end', 'date'),
        ('stated.duty_code', 'duty_code', 'text'),
        ('stated.due_day', 'due_day', 'date'),
        ('stated.submission_state', 'submission_state', 'text'),
        (days_late('stated.submission_state', 'stated.due_day', 'stated.received_on'), 'days_late', 'integer'),
        ('stated.is_newest_due', 'is_newest_due', 'boolean'),
    ]) }}
from stated
left join {{ ref('load_journal') }} as journal
    on
        stated.file_sha256 = journal.file_sha256
        and stated.received_kind = journal.kind
left join {{ ref('int_organisation_span') }} as place
    on
        stated.organisation_id = place.organisation_id
        and coalesce(least(stated.period_end, {{ today() }}), {{ today() }}) between place.first_day and place.last_day
