-- Grain: measure × organisation or site × period × role × system, one row a value an export gave (row_id leads back).
-- '-' stands for «no role» and «no system». fact_day is the day whose year and month the value belongs to.

with unioned as (
    {{ measure_rows('headcount', "'headcount'", 'students', role="'student'") }}
    union all
    {{ measure_rows('headcount', "'headcount'", 'teachers', role="'teacher'") }}
    union all
    {{ measure_rows('headcount', "'headcount'", 'leaders', role="'leader'") }}
    union all
    {{ measure_rows('headcount', "'headcount'", 'parents', role="'parent'") }}
    union all
    {{ measure_rows('platform_registration', "'registered'", 'registered', 'role_code', 'system_code') }}
    union all
    {{ measure_rows('platform_registration', "'confirmed'", 'confirmed', 'role_code', 'system_code') }}
    union all
    {{ measure_rows('platform_registration', "'registration_headcount'", 'headcount', 'role_code', 'system_code') }}
    union all
    {{ measure_rows(
        'platform_activity', "'active'", 'active', 'role_code', 'system_code', 'period_start', 'period_end', false
    ) }}
    union all
    {{ measure_rows(
        'platform_activity', "'activity_headcount'", 'headcount', 'role_code', 'system_code',
        'period_start', 'period_end', false
    ) }}
    union all
    {{ measure_rows('service_coverage', 'service_code', 'covered', 'role_code', 'system_code') }}
    union all
    {{ measure_rows(
        'service_coverage', dbt.concat(['service_code', "'_headcount'"]), 'headcount', 'role_code', 'system_code'
    ) }}
    union all
    -- A speed said but not as a number («+», unreadable) may be anything: from zero to no upper bound.
    {{ measure_rows(
        'connectivity', "'speed'", 'coalesce(speed_low, 0)', starts='measured_on', ends='measured_on',
        value_high='speed_high', where="speed_kind <> 'missing'"
    ) }}
)

select
    unioned.*,
    cast(extract(year from unioned.fact_day) as integer) as fact_year,
    {{ month_start('unioned.fact_day') }} as fact_month
from unioned
