-- Grain: event_code × day (or year) × municipality or organisation × topic: methodical associations and seminars held.

select
    {{ cast_columns([
        ('event.event_code', 'event_code', 'text'),
        ('coalesce(catalogue.short_title, event.event_code)', 'event_title', 'text'),
        ('event.event_year', 'year', 'integer'),
        ('event.held_on', 'held_on', 'date'),
    ]) }},
    {{ level_place_columns('event') }},
    {{ cast_columns([
        ('event.topic', 'topic', 'text'),
        ('event.events', 'events', 'bigint'),
        ('event.participants', 'participants', 'bigint'),
    ]) }},
    {{ source_row_columns('event') }}
from {{ ref('stg_methodical_event') }} as event
left join {{ ref('stg_reference__system') }} as catalogue
    on event.event_code = catalogue.system_code
{{ level_place_joins('event') }}
