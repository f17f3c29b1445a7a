-- Of a kind that is sent for a period, what an entity sent for a month stands once: who has reported is counted by it.
-- Rows of other kinds may name an entity beside several places.
select
    received.kind,
    received.system_code,
    received.month,
    received.entity_id
from {{ ref('int_received') }} as received
inner join (
    {% for kind in submitted_kinds().split() -%}
        select '{{ kind }}' as kind
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
) as submitted
    on received.kind = submitted.kind
where received.entity_id is not null and received.month is not null
group by received.kind, received.system_code, received.month, received.entity_id
having count(*) > 1
