-- Grain: system_code: the catalogue's, and any that rows speak of since before it left the catalogue.

with spoken_of as (
    {% for kind in kinds_with_system().split() if kind in row_kinds().split() -%}
        select system_code from {{ ref('stg_' ~ kind) }}
        union
    {% endfor -%}
    select system_code from {{ ref('int_activity_log_month') }}
),

system as (
    select
        {% for column in ('title', 'short_title') -%}
            coalesce(listed.{{ column }}, spoken_of.system_code) as {{ column }},
        {% endfor -%}
        coalesce(listed.system_code, spoken_of.system_code) as system_code,
        listed.kind,
        listed.role,
        listed.measures,
        listed.grain,
        listed.part_of_code,
        listed.predecessor_code,
        listed.successor_code,
        listed.valid_from,
        listed.valid_to,
        listed.spellings,
        listed.note
    from {{ ref('stg_reference__system') }} as listed
    full outer join spoken_of
        on listed.system_code = spoken_of.system_code
    where coalesce(listed.system_code, spoken_of.system_code) is not null
)

select
    {{ cast_columns([
        ('catalogue.system_code', 'system_code', 'text'),
        ('catalogue.title', 'title', 'text'),
        ('catalogue.short_title', 'short_title', 'text'),
        ('catalogue.kind', 'kind_of_system', 'text'),
        ('catalogue.role', 'system_role', 'text'),
        ('catalogue.measures', 'measures', 'text'),
        ('catalogue.grain', 'grain', 'text'),
        ('catalogue.part_of_code', 'part_of_code', 'text'),
        ('catalogue.predecessor_code', 'predecessor_code', 'text'),
        ('catalogue.successor_code', 'successor_code', 'text'),
        ('catalogue.valid_from', 'valid_from', 'date'),
        ('catalogue.valid_to', 'valid_to', 'date'),
        ('catalogue.spellings', 'spellings', 'text'),
        ('catalogue.note', 'note', 'text'),
    ]) }}
from system as catalogue
