-- Grain: date × municipality or organisation × certificate_type: certificates of additional education issued by then.

select
    {{ cast_columns([('certificate.snapshot_date', 'date', 'date')]) }},
    {{ level_place_columns('certificate') }},
    {{ cast_columns([
        ('certificate.certificate_type', 'certificate_type', 'text'),
        ('certificate.issued', 'issued', 'bigint'),
    ]) }},
    {{ source_row_columns('certificate') }}
from {{ ref('stg_certificate') }} as certificate
{{ level_place_joins('certificate') }}
