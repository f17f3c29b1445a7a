-- Grain: event_code × day (or year, where no day is known) × organisation or municipality. A municipality's own row
-- includes its organisations: the two are not added. People and participations are not added either.

select
    {{ cast_columns([
        ('event.event_code', 'event_code', 'text'),
        ('coalesce(catalogue.short_title, event.event_code)', 'event_title', 'text'),
        ('event.event_year', 'year', 'integer'),
        ('event.held_on', 'held_on', 'date'),
    ]) }},
    {{ level_place_columns('event') }},
    {{ cast_columns([
        ('event.participants', 'participants', 'bigint'),
        ('event.counting_unit', 'counting_unit', 'text'),
        ('event.classes', 'classes', 'text'),
    ]) }},
    {{ source_row_columns('event') }}
from {{ ref('stg_participation') }} as event
left join {{ ref('stg_reference__system') }} as catalogue
    on event.event_code = catalogue.system_code
{{ level_place_joins('event') }}
