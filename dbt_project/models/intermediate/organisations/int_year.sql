-- Grain: year, every one from the first to the last that measures or plans speak of, not beyond the present.
-- The year before the first delivery is there too: a cumulative series starts from its base.

with mentioned as (
    {% for kind in kinds_of_years().split() if kind in row_kinds().split() -%}
        select {{ year_column(kind) | trim or 'extract(year from ' ~ fact_day(kind) ~ ')' }} as year
        from {{ ref('stg_' ~ kind) }}
        union
    {% endfor -%}
    select extract(year from period_end) as year from {{ ref('int_activity_log_month') }}
    union
    select delivery_year - 1 as year from {{ ref('stg_equipment_delivery') }}
),

bounds as (
    select
        min(mentioned.year) as first_year,
        least(max(mentioned.year), extract(year from {{ today() }})) as last_year
    from mentioned
),

spine as (
    select century.year
    from ({{ hundred_years('(select first_year from bounds)') }}) as century
    inner join bounds
        on century.year <= bounds.last_year
)

select
    spine.year,
    {{ year_end('spine.year') }} as year_end,
    -- A school year stands under the year in which it ends.
    {{ school_year_end('spine.year') }} as school_year_end
from spine
