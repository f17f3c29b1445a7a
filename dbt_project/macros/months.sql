{# Large kinds are computed month by month: ingestion gives a month a revision whenever its rows change
   (journal.partition), a model remembers the revision it was built of, and computes the months where they differ. #}

{# The months a model has to compute: `month` and `revision` of each, as literals, so that the rows of other months are
   not even read. Other code than that which built the model makes every month another revision: the revision of a model
   has the first 28 bits of the code's digest above the journal's own number. #}
{% macro months_to_build(kind) -%}
    {%- set revisions = ref('stg_journal__partition') -%}
    {%- if execute -%}
        {%- set code = (build_parameter('CODE_DIGEST') | trim)[:7] | int(0, 16) -%}
        {%- set sql -%}
            select
                cast(journal_partition.month as {{ dbt.type_string() }}) as month,
                journal_partition.revision + cast({{ code * 17179869184 }} as bigint) as revision
            from {{ revisions }} as journal_partition
            where journal_partition.kind = '{{ kind }}'
        {%- endset -%}
        {%- set wanted -%}
            select wanted.month, wanted.revision from ({{ sql }}) as wanted
            {% if is_incremental() -%}
                left join (
                    select built.month, max(built.revision) as revision from {{ this }} as built group by built.month
                ) as standing
                    on wanted.month = cast(standing.month as {{ dbt.type_string() }})
                where standing.revision is null or standing.revision <> wanted.revision
            {%- endif %}
            order by wanted.month
        {%- endset -%}
        {{ return(run_query(wanted).rows) }}
    {%- else -%}
        {{ return([]) }}
    {%- endif -%}
{%- endmacro %}

{# The months as a query: month and revision. #}
{% macro month_rows(months) -%}
    {%- for row in months -%}
        select cast('{{ row[0] }}' as date) as month, cast('{{ row[1] }}' as bigint) as revision
        {% if not loop.last %}union all {% endif %}
    {%- else -%}
        select cast(null as date) as month, cast(null as bigint) as revision where 1 = 0
    {%- endfor -%}
{%- endmacro %}

{% macro month_list(months) -%}
    {% for row in months %}cast('{{ row[0] }}' as date){% if not loop.last %}, {% endif %}{% endfor %}
{%- endmacro %}

{# Whether a day lies in one of the months; the bounds let the engine skip what lies outside. #}
{% macro within_months(day, months) -%}
    {%- if months -%}
        {{ day }} >= cast('{{ months[0][0] }}' as date)
        and {{ day }} < {{ add_months("cast('" ~ months[-1][0] ~ "' as date)", 1) }}
        {%- set first, last = months[0][0], months[-1][0] -%}
        {%- if (last[:4] | int - first[:4] | int) * 12 + last[5:7] | int - first[5:7] | int + 1 > months | length %}
        and {{ month_start(day) }} in ({{ month_list(months) }})
        {%- endif -%}
    {%- else -%}
        1 = 0
    {%- endif -%}
{%- endmacro %}

{# The incremental strategy of such models: the months that were to be computed are replaced whole, also one that has no
   row left. `temp_relation` holds the new rows, `meta.kind` names the kind. #}
{% macro get_incremental_replace_months_sql(arg_dict) -%}
    {%- set target, columns = arg_dict['target_relation'], arg_dict['dest_columns'] | map(attribute='quoted') | join(', ') -%}
    {%- set months = months_to_build(config.get('meta').kind) -%}
    {%- if months -%}
        delete from {{ target }}
        where month in ({{ month_list(months) }});
    {%- endif %}
    insert into {{ target }} ({{ columns }})
    select {{ columns }} from {{ arg_dict['temp_relation'] }}
{%- endmacro %}

{# Days of a system that several files tell of, in these months: rows of system_code_sk and activity_date. Asked
   beforehand, for there is seldom one: looking for them beside thirty million rows takes as long as all else. #}
{% macro contested_days(months) -%}
    {%- if execute and months -%}
        {%- set sql -%}
            select
                day_of_file.system_code_sk,
                cast(day_of_file.activity_date as {{ dbt.type_string() }}) as activity_date
            from (
                select
                    log.system_code_sk,
                    log.activity_date,
                    log.file_sk
                from {{ source('bulk', 'platform_activity_person') }} as log
                where {{ within_months('log.activity_date', months) }}
                group by log.system_code_sk, log.activity_date, log.file_sk
            ) as day_of_file
            inner join {{ source('bulk', 'file') }} as bulk_file
                on day_of_file.file_sk = bulk_file.file_sk
            group by day_of_file.system_code_sk, day_of_file.activity_date
            having min(bulk_file.load_sequence) <> max(bulk_file.load_sequence)
            order by day_of_file.system_code_sk, day_of_file.activity_date
        {%- endset -%}
        {{ return(run_query(sql).rows) }}
    {%- else -%}
        {{ return([]) }}
    {%- endif -%}
{%- endmacro %}

{# Whether a row of the log tells of one of these days. #}
{% macro is_contested(row, contested) -%}
    (
        {% for system, days in contested | groupby(0) -%}
            (
                {{ row }}.system_code_sk = {{ system | int }}
                and {{ row }}.activity_date in (
                    {% for day in days %}cast('{{ day[1] }}' as date){% if not loop.last %}, {% endif %}{% endfor %}
                )
            )
            {%- if not loop.last %} or {% endif %}
        {%- endfor %}
    )
{%- endmacro %}

{# Rows of the person log in some months. `is_active`: no later file gave the row again; `replaces`: it took the place of
   an earlier one. Only days of which several files tell need looking at. #}
{% macro log_of_months(months) -%}
    {%- set columns = (
        'system_code_sk', 'activity_date', 'organisation_sk', 'role_code_sk', 'person_sk',
        'file_sk', 'source_row', 'match_rule_sk',
    ) -%}
    {%- set contested = contested_days(months) -%}
    {% if contested -%}
        select
            {{ month_start('ranked.activity_date') }} as month,
            {% for column in columns -%}
                ranked.{{ column }},
            {% endfor -%}
            case when ranked.recency = 1 then 1 else 0 end as is_active,
            case when ranked.recency = 1 and ranked.versions > 1 then 1 else 0 end as replaces
        from (
            select
                log.*,
                row_number() over (
                    partition by log.system_code_sk, log.activity_date, log.person_sk, log.organisation_sk
                    order by bulk_file.load_sequence desc, log.file_sk asc, log.source_row asc
                ) as recency,
                count(*) over (
                    partition by log.system_code_sk, log.activity_date, log.person_sk, log.organisation_sk
                ) as versions
            from {{ source('bulk', 'platform_activity_person') }} as log
            inner join {{ source('bulk', 'file') }} as bulk_file
                on log.file_sk = bulk_file.file_sk
            where {{ is_contested('log', contested) }}
        ) as ranked
        union all
    {% endif -%}
    select
        {{ month_start('log.activity_date') }} as month,
        {% for column in columns -%}
            log.{{ column }},
        {% endfor -%}
        1 as is_active,
        0 as replaces
    from {{ source('bulk', 'platform_activity_person') }} as log
    where
        {{ within_months('log.activity_date', months) }}
        {% if contested -%}
            and not {{ is_contested('log', contested) }}
        {%- endif %}
{%- endmacro %}

{# Organisations of the log by number; sites share the number of their legal entity, the smallest one among them. #}
{% macro numbered_organisations() -%}
    (
        select
            organisation.organisation_sk,
            organisation.entity_id,
            min(organisation.organisation_sk) over (partition by organisation.entity_id) as entity_sk
        from {{ source('bulk', 'organisation') }} as organisation
    )
{%- endmacro %}
