-- Grain: kind × system × month × entity that sent something for it: the last file received. Of kinds that are sent for
-- a period.

select
    received.kind,
    received.system_code,
    received.month,
    received.year,
    {{ month_label('received.month') }} as period,
    received.entity_id,
    received.file_sha256,
    received.received_at
from {{ ref('int_received') }} as received
inner join (
    {% for kind in submitted_kinds().split() -%}
        select '{{ kind }}' as kind
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
) as submitted
    on received.kind = submitted.kind
where received.entity_id is not null and received.month is not null
