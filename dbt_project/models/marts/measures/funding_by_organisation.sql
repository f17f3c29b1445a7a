-- Grain: year × organisation or municipality × source × plan_or_fact; roubles. A municipality's own row includes its
-- organisations: the two are not added.

select
    {{ cast_columns([('money.year', 'year', 'integer')]) }},
    {{ level_place_columns('money') }},
    {{ cast_columns([
        ('money.source', 'source', 'text'),
        ('money.plan_or_fact', 'plan_or_fact', 'text'),
        ('money.amount', 'amount', 'decimal(18, 2)'),
        ('money.document', 'document', 'text'),
    ]) }},
    {{ source_row_columns('money') }}
from {{ ref('stg_funding') }} as money
{{ level_place_joins('money') }}
