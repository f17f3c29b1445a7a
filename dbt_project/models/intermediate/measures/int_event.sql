-- Grain: cumulative series × row: the year of each delivery, course and object in operation. What is planned
-- is no event yet.

select
    {{ series('delivered') }} as series_key,
    delivery.entity_id,
    delivery.year
from {{ ref('int_delivery') }} as delivery
union all
select
    {{ series('trained') }} as series_key,
    training.entity_id,
    cast(extract(year from training.issued_on) as integer) as year
from {{ ref('stg_training_record') }} as training
union all
select
    {{ series_key("'object'", subject='infrastructure.object_code') }} as series_key,
    infrastructure.entity_id,
    infrastructure.start_year as year
from {{ ref('stg_infrastructure') }} as infrastructure
where infrastructure.state <> 'planned'
