{# The kinds of export, each a raw table: `raw_kinds().split()`. Text, not a list: that is what a macro returns. #}
{% macro raw_kinds() -%}
    organisation_registry staff headcount platform_registration platform_activity platform_activity_person
    service_coverage training_record equipment_delivery connectivity indicator_plan
{%- endmacro %}

{# Raw rows that no later file of the same scope replaced (contracts.md, settled question 4). #}
{% macro unreplaced_rows(kind) -%}
    select raw_row.*
    from {{ source('raw', kind) }} as raw_row
    left join (
        select
            scope_key,
            max(load_sequence) as last_sequence
        from {{ source('journal', 'load_scope') }}
        group by scope_key
    ) as newest_file
        on raw_row.scope_key = newest_file.scope_key
    where newest_file.last_sequence is null or raw_row.load_sequence >= newest_file.last_sequence
{%- endmacro %}

{# Active rows of a kind: unreplaced, and the latest received for their key. #}
{% macro active_rows(kind) -%}
    select *
    from (
        select
            unreplaced.*,
            row_number() over (
                partition by unreplaced.row_key order by unreplaced.load_sequence desc, unreplaced.row_id asc
            ) as recency
        from ({{ unreplaced_rows(kind) }}) as unreplaced
    ) as ranked
    where recency = 1
{%- endmacro %}

{# The columns by which a fact finds its source row and its organisation. #}
{% macro provenance() -%}
    cast(row_id as {{ dbt.type_string() }}) as row_id,
    cast(file_sha256 as {{ dbt.type_string() }}) as file_sha256,
    cast(sheet as {{ dbt.type_string() }}) as sheet,
    cast(source_row as bigint) as source_row,
    cast(load_sequence as bigint) as load_sequence,
    cast(received_at as timestamp) as received_at,
    cast(sender as {{ dbt.type_string() }}) as sender,
    cast(row_key as {{ dbt.type_string() }}) as row_key,
    cast(organisation_id as {{ dbt.type_string() }}) as organisation_id,
    cast(entity_id as {{ dbt.type_string() }}) as entity_id,
    cast(match_rule as {{ dbt.type_string() }}) as match_rule
{%- endmacro %}
