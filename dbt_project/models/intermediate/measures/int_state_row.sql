-- Grain: row behind a state × entity × year × kind of year × series: what each
-- delivery, course, object and registry row gives to it, and why another gives nothing. A person is counted once, by
-- the first course of the series or the last of the year; the staff rows that put the person there give nothing.

with answered_year as (
    {{ answered_years() }}
),

-- Every entity whose facts are an organisation's by then: itself, and those it succeeded.
answered as (
    select
        answered_year.*,
        heir.entity_id
    from answered_year
    left join {{ ref('int_heir') }} as heir
        on
            answered_year.organisation_id = heir.heir_id
            and answered_year.year = heir.year
),

spine as (
    {{ years_of_both_kinds() }}
),

delivery as (
    select
        answered.organisation_id as entity_id,
        answered.year,
        delivery.row_id,
        delivery.year as delivery_year,
        delivery.delivered_on,
        delivery.quantity,
        {{ delivery_exclusion('delivery') }} as exclusion
    from answered
    inner join {{ ref('int_delivery') }} as delivery
        on
            answered.entity_id = delivery.entity_id
            and answered.year >= delivery.year
    where answered.series_key = {{ series('delivered') }}
),

object as (
    select
        answered.organisation_id as entity_id,
        answered.year,
        answered.series_key,
        infrastructure.row_id,
        infrastructure.started_on,
        infrastructure.start_year,
        {{ object_exclusion('infrastructure', 'answered.year_end') }} as exclusion
    from answered
    inner join {{ ref('stg_infrastructure') }} as infrastructure
        on
            answered.entity_id = infrastructure.entity_id
            and answered.series_key = {{ series_key("'object'", subject='infrastructure.object_code') }}
            and answered.year >= infrastructure.start_year
),

ranked_object as (
    select
        object.*,
        row_number() over (
            partition by object.entity_id, object.year, object.series_key, object.exclusion
            order by object.start_year asc, object.started_on asc, object.row_id asc
        ) as choice
    from object
),

person as (
    {% for measure, day in (('trained', 'first_course_on'), ('trained_in_period', 'course_of_the_year_on')) -%}
        select
            staff.entity_id,
            staff.year,
            staff.year_kind,
            staff.role_code,
            staff.person_key,
            {{ series_key("'" ~ measure ~ "'", 'staff.role_code') }} as series_key,
            '{{ measure }}' as measure_code,
            staff.{{ day }} as counted_on
        from {{ ref('int_staff_year') }} as staff
        inner join answered_year
            on
                staff.entity_id = answered_year.organisation_id
                and staff.year = answered_year.year
                and answered_year.series_key = {{ series('trained') }}
        where staff.{{ day }} is not null
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

course as (
    select
        person.*,
        record.row_id,
        record.issued_on,
        case
            when record.is_duplicate then 'duplicate_document'
            when
                person.measure_code = 'trained_in_period'
                and record.issued_on <= {{ add_months('spine.last_day', -12) }}
                then 'other_period'
            when
                row_number() over (
                    partition by
                        person.entity_id, person.year, person.year_kind, person.series_key, person.person_key
                    order by
                        case
                            when not record.is_duplicate and record.issued_on = person.counted_on then 0
                            else 1
                        end asc,
                        record.row_id asc
                ) > 1
                then 'person_counted_once'
        end as exclusion
    from person
    inner join spine
        on
            person.year = spine.year
            and person.year_kind = spine.year_kind
    inner join {{ ref('int_course_row') }} as record
        on
            person.person_key = record.person_key
            and record.issued_on <= spine.last_day
),

staff as (
    select
        person.*,
        member.row_id,
        member.hired_on
    from person
    inner join {{ ref('int_staff_row') }} as member
        on
            person.entity_id = member.entity_id
            and person.year = member.year
            and person.year_kind = member.year_kind
            and person.role_code = member.role_code
            and person.person_key = member.person_key
),

unioned as (
    select
        delivery.entity_id,
        delivery.year,
        'calendar' as year_kind,
        {{ series('delivered') }} as series_key,
        'equipment_delivery' as kind,
        delivery.row_id,
        cast(null as {{ dbt.type_string() }}) as person_key,
        coalesce(delivery.delivered_on, {{ year_end('delivery.delivery_year') }}) as day,
        delivery.quantity as value,
        case when delivery.exclusion is null then 1 end as contribution,
        delivery.exclusion
    from delivery
    union all
    select
        course.entity_id,
        course.year,
        course.year_kind,
        course.series_key,
        'training_record' as kind,
        course.row_id,
        course.person_key,
        course.issued_on as day,
        1 as value,
        case when course.exclusion is null then 1 end as contribution,
        course.exclusion
    from course
    union all
    select
        staff.entity_id,
        staff.year,
        staff.year_kind,
        staff.series_key,
        'staff' as kind,
        staff.row_id,
        staff.person_key,
        staff.hired_on as day,
        1 as value,
        0 as contribution,
        cast(null as {{ dbt.type_string() }}) as exclusion
    from staff
    union all
    select
        ranked_object.entity_id,
        ranked_object.year,
        'calendar' as year_kind,
        ranked_object.series_key,
        'infrastructure' as kind,
        ranked_object.row_id,
        cast(null as {{ dbt.type_string() }}) as person_key,
        coalesce(ranked_object.started_on, {{ year_end('ranked_object.start_year') }}) as day,
        1 as value,
        case
            when ranked_object.exclusion is null then case when ranked_object.choice = 1 then 1 else 0 end
        end as contribution,
        ranked_object.exclusion
    from ranked_object
    union all
    select
        organisation.organisation_id as entity_id,
        organisation.year,
        'calendar' as year_kind,
        organisation.series_key,
        'organisation_registry' as kind,
        organisation.row_id,
        cast(null as {{ dbt.type_string() }}) as person_key,
        organisation.year_end as day,
        1 as value,
        1 as contribution,
        cast(null as {{ dbt.type_string() }}) as exclusion
    from answered_year as organisation
    where organisation.series_key = {{ series('organisations') }} and organisation.exists_at_year_end
)

select
    unioned.entity_id,
    cast(unioned.year as integer) as year,
    unioned.year_kind,
    unioned.series_key,
    unioned.kind,
    unioned.row_id,
    unioned.person_key,
    cast(unioned.day as date) as day,
    cast(unioned.value as decimal(18, 6)) as value,
    cast(unioned.contribution as decimal(18, 6)) as contribution,
    unioned.exclusion
from unioned
