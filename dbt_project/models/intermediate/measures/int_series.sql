-- Grain: series that exports give or passports count: a measure with its role, system and subject, where it has them.

{% set nothing = 'cast(null as ' ~ dbt.type_string() ~ ')' -%}
with named as (
    select
        measure.measure_code,
        measure.role_code,
        measure.system_code,
        measure.subject_code
    from {{ ref('int_measure') }} as measure
    union
    select
        'active' as measure_code,
        log.role_code,
        log.system_code,
        {{ nothing }} as subject_code
    from {{ ref('int_activity_log_month') }} as log
    union
    select
        'object' as measure_code,
        {{ nothing }} as role_code,
        {{ nothing }} as system_code,
        infrastructure.object_code as subject_code
    from {{ ref('stg_infrastructure') }} as infrastructure
    union
    select
        component.measure_code,
        component.role_code,
        component.system_code,
        component.subject_code
    from {{ ref('stg_reference__passport_component') }} as component
    union
    -- What a share of organisations is a share of.
    select
        'organisations' as measure_code,
        {{ nothing }} as role_code,
        {{ nothing }} as system_code,
        {{ nothing }} as subject_code
)

select
    {{ series_of('named') }} as series_key,
    named.measure_code,
    named.role_code,
    named.system_code,
    named.subject_code
from named
