-- Grain: duty_code × period × territory_id: what the calendar asks of the municipality or region, or of its
-- organisations, and whether it came. A place that never sent anything is here.

with first_receipt as (
    select {{ local_day('min(load.received_at)') }} as day
    from {{ ref('stg_journal__load') }} as load
    where load.outcome = 'loaded'
),

of_organisations as (
    select
        status.duty_code,
        status.period,
        {{ level_of_place('status') }} as territory_level,
        coalesce(status.municipality_id, status.region_code, 'RU') as territory_id,
        max(status.municipality) as municipality,
        max(status.region_code) as region_code,
        count(*) as organisations_expected,
        sum(case when status.received then 1 else 0 end) as organisations_received,
        min(case when status.received then 1 else 0 end) = 1 as is_received,
        max(status.received_at) as last_received_at,
        max(case when status.submission_state = 'received_late' then status.days_late end) as days_received_late
    from {{ ref('submission_status') }} as status
    where status.expected
    group by
        status.duty_code,
        status.period,
        {{ level_of_place('status') }},
        coalesce(status.municipality_id, status.region_code, 'RU')
),

-- The whole list is one submission: the first file of it counts.
receipt as (
    {% for level, place in (('municipality', 'municipality_id'), ('region', 'region_code')) -%}
        select
            receipt.duty_code,
            receipt.period,
            '{{ level }}' as territory_level,
            receipt.{{ place }} as territory_id,
            count(distinct receipt.entity_id) as organisations_received,
            {{ local_day('min(receipt.first_received_at)') }} as received_on,
            max(receipt.received_at) as last_received_at
        from {{ ref('int_duty_receipt') }} as receipt
        where receipt.{{ place }} is not null
        group by receipt.duty_code, receipt.period, receipt.{{ place }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

of_territories as (
    select
        due.duty_code,
        due.period,
        territory.territory_level,
        territory.territory_id,
        case when territory.territory_level = 'municipality' then territory.territory_name end as municipality,
        territory.region_code,
        cast(null as bigint) as organisations_expected,
        coalesce(receipt.organisations_received, 0) as organisations_received,
        receipt.territory_id is not null as is_received,
        receipt.last_received_at,
        receipt.received_on
    from {{ ref('int_due_submission') }} as due
    inner join {{ ref('int_duty_territory') }} as territory
        on
            due.duty_code = territory.duty_code
            and due.level = territory.territory_level
            and due.owner_id = territory.territory_id
    left join receipt
        on
            due.duty_code = receipt.duty_code
            and due.period = receipt.period
            and due.level = receipt.territory_level
            and due.owner_id = receipt.territory_id
),

together as (
    select
        of_organisations.duty_code,
        of_organisations.period,
        of_organisations.territory_level,
        of_organisations.territory_id,
        of_organisations.municipality,
        of_organisations.region_code,
        of_organisations.organisations_expected,
        of_organisations.organisations_received,
        of_organisations.is_received,
        of_organisations.last_received_at,
        cast(null as date) as received_on,
        of_organisations.days_received_late
    from of_organisations
    union all
    select
        of_territories.duty_code,
        of_territories.period,
        of_territories.territory_level,
        of_territories.territory_id,
        of_territories.municipality,
        of_territories.region_code,
        of_territories.organisations_expected,
        of_territories.organisations_received,
        of_territories.is_received,
        of_territories.last_received_at,
        of_territories.received_on,
        cast(null as integer) as days_received_late
    from of_territories
),

stated as (
    select
        together.*,
        period.kind,
        period.system_code,
        period.who,
        period.period_title,
        period.period_start,
        period.period_end,
        period.year,
        period.due_day,
        period.is_newest_due,
        case
            when together.days_received_late is not null and together.is_received then 'received_late'
            else {{ submission_state(
                'true', 'together.is_received', 'period.due_day', 'together.received_on', 'first_receipt.day'
            ) }}
        end as submission_state
    from together
    inner join {{ ref('int_duty_period') }} as period
        on
            together.duty_code = period.duty_code
            and together.period = period.period
    cross join first_receipt
),

-- What the place owes of the duty in all, beside each of its periods.
summed as (
    select
        stated.duty_code,
        stated.territory_id,
        sum(case when stated.submission_state = 'late' then 1 else 0 end) as periods_late,
        min(case when stated.submission_state = 'late' then stated.due_day end) as late_since,
        max(
            case
                when stated.is_received or stated.organisations_received > 0
                    then coalesce(stated.period_start, cast('0001-01-01' as date))
            end
        ) as last_received_start
    from stated
    group by stated.duty_code, stated.territory_id
)

select
    {{ cast_columns([
        ('stated.duty_code', 'duty_code', 'text'),
        ('stated.kind', 'kind', 'text'),
        ('stated.system_code', 'system_code', 'text'),
        ('stated.who', 'who', 'text'),
        ('stated.period', 'period', 'text'),
        ('stated.period_title', 'period_title', 'text'),
        ('stated.period_start', 'period_start', 'date'),
        ('stated.period_end', 'period_end', 'date'),
        ('stated.year', 'year', 'integer'),
        ('stated.territory_id', 'territory_id', 'text'),
        ('stated.territory_level', 'territory_level', 'text'),
        ('coalesce(stated.municipality, region.name, stated.territory_id)', 'territory_name', 'text'),
        ('stated.municipality', 'municipality', 'text'),
        (
            "case when stated.territory_level = 'municipality' then stated.territory_id end",
            'municipality_id', 'text'
        ),
        ('region.name', 'region', 'text'),
        ('stated.region_code', 'region_code', 'text'),
        ('stated.organisations_expected', 'organisations_expected', 'bigint'),
        ('stated.organisations_received', 'organisations_received', 'bigint'),
        ('stated.due_day', 'due_day', 'date'),
        ('stated.last_received_at', 'last_received_at', 'timestamp'),
        ('stated.submission_state', 'submission_state', 'text'),
        (
            "case when stated.submission_state = 'received_late' and stated.days_received_late is not null"
            ~ ' then stated.days_received_late else '
            ~ days_late('stated.submission_state', 'stated.due_day', 'stated.received_on') ~ ' end',
            'days_late', 'integer'
        ),
        ('stated.is_newest_due', 'is_newest_due', 'boolean'),
        ('summed.periods_late', 'periods_late', 'bigint'),
        ('summed.late_since', 'late_since', 'date'),
        ('last_received.period_title', 'last_received_period', 'text'),
    ]) }}
from stated
inner join summed
    on
        stated.duty_code = summed.duty_code
        and stated.territory_id = summed.territory_id
left join {{ ref('int_duty_period') }} as last_received
    on
        summed.duty_code = last_received.duty_code
        and summed.last_received_start = coalesce(last_received.period_start, cast('0001-01-01' as date))
left join {{ ref('stg_reference__region') }} as region
    on stated.region_code = region.region_code
