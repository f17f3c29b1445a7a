-- Grain: system_code.

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
from {{ source('reference', 'system') }} as catalogue
