-- Grain: document × clause × organisation, or the group of organisations, made responsible, active rows only.

with active as (
    {{ active_rows('decision') }}
),

-- A later file that has the clause again replaces the whole list of those responsible.
ranked as (
    select
        active.*,
        max(active.load_sequence) over (partition by active.document, active.clause) as last_sequence
    from active
),

latest as (
    select *
    from ranked
    where load_sequence = last_sequence
)

select
    {{ provenance() }},
    cast(document as {{ dbt.type_string() }}) as document,
    cast(document_date as date) as document_date,
    cast(clause as {{ dbt.type_string() }}) as clause,
    cast(text as {{ dbt.type_string() }}) as text,
    cast(responsible as {{ dbt.type_string() }}) as responsible,
    cast(responsible_group as {{ dbt.type_string() }}) as responsible_group,
    cast(due_on as date) as due_on,
    cast(due_day_of_month as integer) as due_day_of_month,
    cast(is_continuing as boolean) as is_continuing,
    cast(indicator_code as {{ dbt.type_string() }}) as indicator_code,
    cast(threshold as decimal(18, 6)) as threshold,
    cast(state as {{ dbt.type_string() }}) as state,
    {{ level_columns() }}
from latest
