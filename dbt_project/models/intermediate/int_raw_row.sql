-- Grain: accepted row of any kind, one a key of it, replaced ones too: where it stands in its file, what replaces what,
-- and its values as written, which no kind about people keeps.

{{ config(materialized='view') }}

{% for kind in raw_kinds().split() -%}
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
        {{ kind }}.as_written
    from {{ source('raw', kind) }} as {{ kind }}
    {% if not loop.last %}union all{% endif %}
{% endfor %}
