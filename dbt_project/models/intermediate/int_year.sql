-- Grain: year, every one from the first to the last that measures or plans speak of, not beyond the present.
-- The year before the first delivery is there too: a cumulative series starts from its base.

with mentioned as (
    select extract(year from {{ snapshot_day('snapshot_date') }}) as year from {{ ref('stg_headcount') }}
    union
    select extract(year from {{ snapshot_day('snapshot_date') }}) as year from {{ ref('stg_platform_registration') }}
    union
    select extract(year from {{ snapshot_day('snapshot_date') }}) as year from {{ ref('stg_service_coverage') }}
    union
    select extract(year from {{ snapshot_day('measured_on') }}) as year from {{ ref('stg_connectivity') }}
    union
    select extract(year from period_end) as year from {{ ref('stg_platform_activity') }}
    union
    select extract(year from period_end) as year from {{ ref('int_activity_log_month') }}
    union
    select extract(year from issued_on) as year from {{ ref('stg_training_record') }}
    union
    select delivery_year as year from {{ ref('stg_equipment_delivery') }}
    union
    select delivery_year - 1 as year from {{ ref('stg_equipment_delivery') }}
    union
    select year from {{ ref('stg_indicator_plan') }}
    union
    select year from {{ ref('stg_indicator_reported') }}
    union
    select start_year as year from {{ ref('stg_infrastructure') }}
    union
    select event_year as year from {{ ref('stg_participation') }}
    union
    select event_year as year from {{ ref('stg_methodical_event') }}
    union
    select year from {{ ref('stg_funding') }}
    union
    select extract(year from snapshot_date) as year from {{ ref('stg_certificate') }}
    union
    select extract(year from surveyed_on) as year from {{ ref('stg_survey') }}
),

bounds as (
    select
        min(mentioned.year) as first_year,
        least(max(mentioned.year), extract(year from {{ today() }})) as last_year
    from mentioned
),

digit as (
    {% for number in range(10) -%}
        select {{ number }} as digit
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

spine as (
    select cast(bounds.first_year + tens.digit * 10 + ones.digit as integer) as year
    from bounds
    cross join digit as tens
    cross join digit as ones
    where bounds.first_year + tens.digit * 10 + ones.digit <= bounds.last_year
)

select
    spine.year,
    {{ year_end('spine.year') }} as year_end,
    -- A school year stands under the year in which it ends.
    {{ school_year_end('spine.year') }} as school_year_end
from spine
