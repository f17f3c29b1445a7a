-- Grain: accepted row of any kind, one a key of it, replaced ones too: where it stands in its file, what replaces what,
-- and its values as written, which no kind about people keeps. Of the log of activity, millions of rows, it is what one
-- file tells of an organisation's month: it has a key in common with others only when they replaced it whole.

{{ config(materialized='view') }}

{% for kind in row_kinds().split() -%}
    select
        '{{ kind }}' as kind,
        {{ kind }}.row_id,
        {{ kind }}.file_sha256,
        {{ kind }}.sheet,
        {{ kind }}.source_row,
        {{ kind }}.row_key,
        {{ kind }}.scope_key,
        {{ kind }}.load_sequence,
        {{ kind }}.loaded_at,
        {{ kind }}.entity_id,
        {{ kind }}.match_rule,
        {{ kind }}.as_written,
        cast(null as {{ dbt.type_string() }}) as person_rows,
        0 as replaces_rows,
        0 as is_replaced_in_part
    from {{ source('raw', kind) }} as {{ kind }}
    union all
{% endfor -%}
select
    'platform_activity_person' as kind,
    part.row_id,
    part.file_sha256,
    part.sheet,
    part.source_row,
    case
        when part.replaces = 1 or part.active_rows = 0
            then {{ dbt.concat([
                month_label('part.month'), "'|'", 'part.system_code', "'|'", 'part.entity_id', "'|'", 'part.role_code'
            ]) }}
        else part.row_id
    end as row_key,
    cast(null as {{ dbt.type_string() }}) as scope_key,
    part.load_sequence,
    part.loaded_at,
    part.entity_id,
    part.match_rule,
    cast(null as {{ dbt.type_string() }}) as as_written,
    part.person_rows,
    part.replaces as replaces_rows,
    case when part.active_rows < part.source_rows then 1 else 0 end as is_replaced_in_part
from {{ ref('int_activity_log_part') }} as part
