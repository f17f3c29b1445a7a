-- Grain: system_code.

select
    {{ cast_columns([
        ('catalogue.system_code', 'system_code', 'text'),
        ('catalogue.title', 'title', 'text'),
        ('catalogue.short_title', 'short_title', 'text'),
        ('catalogue.successor_code', 'successor_code', 'text'),
        ('catalogue.valid_from', 'valid_from', 'date'),
        ('catalogue.valid_to', 'valid_to', 'date'),
    ]) }}
from {{ source('reference', 'system') }} as catalogue
