-- Grain: decision row × organisation × day on which something may change: the document, a deadline passed, a new
-- measurement. The state holds until the next such day.

with party as (
    select *
    from {{ ref('int_decision_party') }}
),

judged as (
    select
        party.row_id,
        party.entity_id,
        moment.day,
        moment.value,
        coalesce(
            {{ reaches_plan('moment.value', 'party.threshold', 'moment.precision_digits', 'moment.direction') }}, false
        ) as is_met
    from party
    inner join {{ ref('int_indicator_moment') }} as moment
        on
            party.indicator_code = moment.indicator_code
            and party.entity_id = moment.entity_id
),

-- A month counts as fulfilled when a measurement within it reached the threshold.
due as (
    select
        deadline.row_id,
        deadline.entity_id,
        deadline.period_from,
        deadline.due_on,
        deadline.is_monthly,
        max(case when judged.is_met then 1 else 0 end) as was_met
    from {{ ref('int_decision_due') }} as deadline
    left join judged
        on
            deadline.row_id = judged.row_id
            and coalesce(deadline.entity_id, '-') = coalesce(judged.entity_id, '-')
            and judged.day > deadline.period_from
            and judged.day <= deadline.due_on
    group by deadline.row_id, deadline.entity_id, deadline.period_from, deadline.due_on, deadline.is_monthly
),

due_with_former as (
    select
        due.*,
        lag(due.was_met) over (partition by due.row_id, due.entity_id order by due.due_on asc) as former_was_met,
        lead(due.due_on) over (partition by due.row_id, due.entity_id order by due.due_on asc) as next_due_on
    from due
),

event as (
    select
        party.row_id,
        party.entity_id,
        party.document_date as day
    from party
    union
    select
        due_with_former.row_id,
        due_with_former.entity_id,
        cast({{ add_days('due_with_former.due_on', 1) }} as date) as day
    from due_with_former
    -- Beyond the last month that is known there is nothing to judge by yet.
    where
        due_with_former.due_on is not null
        and (not due_with_former.is_monthly or due_with_former.next_due_on is not null)
    union
    select
        judged.row_id,
        judged.entity_id,
        judged.day
    from judged
    inner join party
        on
            judged.row_id = party.row_id
            and judged.entity_id = party.entity_id
            and judged.day > party.document_date
),

known as (
    select
        event.row_id,
        event.entity_id,
        event.day,
        max(judged.day) as value_on
    from event
    left join judged
        on
            event.row_id = judged.row_id
            and coalesce(event.entity_id, '-') = coalesce(judged.entity_id, '-')
            and judged.day <= event.day
    group by event.row_id, event.entity_id, event.day
),

evaluated as (
    select
        known.row_id,
        known.entity_id,
        known.day,
        known.value_on,
        judged.value,
        coalesce(judged.is_met, false) as is_met,
        party.written_state,
        party.indicator_code,
        party.is_continuing,
        coalesce(due_with_former.is_monthly, false) as is_monthly,
        due_with_former.period_from,
        due_with_former.former_was_met,
        coalesce(due_with_former.due_on, party.due_on) as due_on
    from known
    inner join party
        on
            known.row_id = party.row_id
            and coalesce(known.entity_id, '-') = coalesce(party.entity_id, '-')
    left join judged
        on
            known.row_id = judged.row_id
            and known.entity_id = judged.entity_id
            and known.value_on = judged.day
    left join due_with_former
        on
            known.row_id = due_with_former.row_id
            and coalesce(known.entity_id, '-') = coalesce(due_with_former.entity_id, '-')
            and due_with_former.is_monthly
            and known.day > due_with_former.period_from
            and known.day <= due_with_former.due_on
)

select
    evaluated.row_id,
    evaluated.entity_id,
    evaluated.day,
    evaluated.value,
    evaluated.value_on,
    cast(evaluated.due_on as date) as due_on,
    case
        when evaluated.written_state = 'cancelled' then 'cancelled'
        when evaluated.indicator_code is null and evaluated.written_state = 'fulfilled' then 'fulfilled'
        when evaluated.is_monthly and evaluated.is_met and evaluated.value_on > evaluated.period_from then 'fulfilled'
        when evaluated.is_monthly and evaluated.former_was_met = 0 then 'overdue'
        when evaluated.is_monthly then 'not_yet'
        when evaluated.is_met then 'fulfilled'
        when evaluated.due_on < evaluated.day then 'overdue'
        else 'not_yet'
    end as state
from evaluated
