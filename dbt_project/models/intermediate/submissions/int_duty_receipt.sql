-- Grain: duty × period × kind × system × month (or year) × entity or territory within the duty's places whose rows
-- fulfil it. A row of a year without a day is of the year, or of the school year that ends in it; rows that tell no
-- time are of what is owed once.

select
    period.duty_code,
    period.kind,
    period.system_code,
    period.period,
    received.kind as received_kind,
    received.system_code as received_system,
    received.month,
    received.year as received_year,
    received.entity_id,
    received.municipality_id,
    received.region_code,
    received.first_received_at,
    received.load_sequence,
    received.file_sha256,
    received.received_at
from {{ ref('int_duty_period') }} as period
inner join {{ ref('stg_reference__calendar_duty_kind') }} as duty_kind
    on period.duty_code = duty_kind.duty_code
inner join {{ ref('int_received') }} as received
    on
        duty_kind.kind = received.kind
        and coalesce(period.system_code, '-') = received.system_code
        and (
            period.period_kind = 'once'
            or received.month between period.period_start and period.period_end
            or (received.month is null and period.period_months = 12 and received.year = period.year)
        )
inner join {{ ref('stg_reference__calendar_duty_territory') }} as bound
    on
        period.duty_code = bound.duty_code
        and bound.territory_id in ('RU', received.region_code, received.municipality_id)
