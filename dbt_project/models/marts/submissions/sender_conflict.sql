-- Grain: kind × row_key × sender that lost: one key from two known senders (settled question 4). The later received is
-- active, the other stays and is shown.

{% set empty = 'cast(null as ' ~ dbt.type_string() ~ ')' -%}
-- Months of the log of activity that several senders tell of: the other months are not read.
with shared_month as (
    select
        part.month,
        part.system_code
    from {{ ref('int_activity_log_part') }} as part
    inner join {{ ref('stg_journal__load') }} as load_of_part
        on part.load_sequence = load_of_part.load_sequence
    group by part.month, part.system_code
    having count(distinct load_of_part.sender) > 1
),

row_value as (
    {% for kind in raw_kinds().split() -%}
        select
            '{{ kind }}' as kind,
            unreplaced.row_key,
            unreplaced.row_id,
            unreplaced.organisation_id,
            {{ 'unreplaced.municipality_key' if kind in kinds_with_level().split() else empty }} as municipality_key,
            {{ 'unreplaced.region_code' if kind in kinds_with_level().split() else empty }} as region_code,
            unreplaced.sender,
            unreplaced.file_sha256,
            unreplaced.received_at,
            unreplaced.load_sequence,
            {% for column in compared_columns(kind).split() -%}
                {% if not loop.first %}|| '; ' || {% endif -%}
                '{{ column }}=' || coalesce(cast(unreplaced.{{ column }} as {{ dbt.type_string() }}), '')
            {% endfor %} as shown
        {% if kind in large_kinds().split() -%}
            from {{ source('raw', kind) }} as unreplaced
            inner join shared_month
                on
                    {{ month_start('unreplaced.activity_date') }} = shared_month.month
                    and unreplaced.system_code = shared_month.system_code
        {%- else -%}
            from ({{ unreplaced_rows(kind) }}) as unreplaced
        {%- endif %}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

ranked as (
    select
        row_value.*,
        row_number() over (
            partition by row_value.kind, row_value.row_key
            order by row_value.load_sequence desc, row_value.row_id asc
        ) as recency
    from row_value
),

-- Of one sender's several rows for a key the last is what it stands by.
latest_of_sender as (
    select
        ranked.*,
        row_number() over (
            partition by ranked.kind, ranked.row_key, ranked.sender order by ranked.recency asc
        ) as sender_recency
    from ranked
    where ranked.sender is not null
)

select
    {{ cast_columns([
        ('lost.kind', 'kind', 'text'),
        ('lost.row_key', 'row_key', 'text'),
        ('lost.sender', 'other_sender', 'text'),
        ('lost.organisation_id', 'organisation_id', 'text'),
        ('home.organisation_name', 'organisation_name', 'text'),
        ('coalesce(home.municipality, municipality.municipality)', 'municipality', 'text'),
        (
            'coalesce(home.municipality_id, municipality.municipality_id, lost.municipality_key)',
            'municipality_id', 'text'
        ),
        ('coalesce(home.region_code, lost.region_code)', 'region_code', 'text'),
        ('active.sender', 'active_sender', 'text'),
        ('active.shown', 'active_values', 'text'),
        ('lost.shown', 'other_values', 'text'),
        ('active.received_at', 'active_received_at', 'timestamp'),
        ('lost.received_at', 'other_received_at', 'timestamp'),
        ('active.file_sha256', 'active_file_sha256', 'text'),
        ('lost.file_sha256', 'other_file_sha256', 'text'),
        ('active.shown <> lost.shown', 'is_different', 'boolean'),
    ]) }}
from latest_of_sender as lost
inner join ranked as active
    on
        lost.kind = active.kind
        and lost.row_key = active.row_key
        and active.recency = 1
        and active.sender is not null
        and lost.sender <> active.sender
left join {{ ref('int_organisation_home') }} as home
    on lost.organisation_id = home.organisation_id
left join {{ ref('int_municipality') }} as municipality
    on lost.municipality_key = municipality.municipality_key
where lost.sender_recency = 1
