-- Grain: cumulative measure × subject × row: the year of each delivery, course and object in operation. What is planned
-- is no event yet.

select
    'delivered' as measure_code,
    '-' as subject_code,
    delivery.entity_id,
    delivery.year
from {{ ref('int_delivery') }} as delivery
union all
select
    'trained' as measure_code,
    '-' as subject_code,
    training.entity_id,
    cast(extract(year from training.issued_on) as integer) as year
from {{ ref('stg_training_record') }} as training
union all
select
    'object' as measure_code,
    infrastructure.object_code as subject_code,
    infrastructure.entity_id,
    infrastructure.start_year as year
from {{ ref('stg_infrastructure') }} as infrastructure
where infrastructure.state <> 'planned'
