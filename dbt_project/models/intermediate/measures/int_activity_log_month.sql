-- Grain: entity × system × role × calendar month of the person log: different people active, and the last file of it.

select
    part.entity_id,
    part.system_code,
    part.role_code,
    part.month as period_start,
    {{ add_days(add_months('part.month', 1), -1) }} as period_end,
    cast(sum(part.people) as bigint) as active,
    max(part.load_sequence) as last_load_sequence
from {{ ref('int_activity_log_part') }} as part
where part.active_rows > 0
group by part.entity_id, part.system_code, part.role_code, part.month
