{# Large kinds are computed month by month: ingestion gives a month a revision whenever its rows change
   (journal.partition), a model remembers the revision it was built of, and computes the months where they differ. #}

{# The months a model has to compute: `month` and `revision` of each, as literals, so that the rows of other months are
   not even read. Other code than that which built the model makes every month another revision. #}
{% macro months_to_build(kind) -%}
    {%- if execute -%}
        {%- set sql -%}
            select
                cast(journal_partition.month as {{ dbt.type_string() }}) as month,
                cast(journal_partition.revision as {{ dbt.type_string() }}) || ' ' || {{ code_digest() }} as revision
            from {{ source('journal', 'partition') }} as journal_partition
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
        select cast('{{ row[0] }}' as date) as month, '{{ row[1] }}' as revision
        {% if not loop.last %}union all {% endif %}
    {%- else -%}
        select cast(null as date) as month, cast(null as {{ dbt.type_string() }}) as revision where 1 = 0
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
        and {{ month_start(day) }} in ({{ month_list(months) }})
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

{# Rows of the person log in some months. `is_active`: no later file gave the row again; `replaces`: it took the place of
   an earlier one. Only days of which several files tell need looking at. #}
{% macro log_of_months(months) -%}
    {%- set columns = (
        'month', 'system_code_number', 'activity_date', 'organisation_number', 'role_code_number', 'person_number',
        'file_number', 'source_row', 'match_rule_number',
    ) -%}
    {#- Not a CTE: named three times it would be kept in memory, which thirty million rows do not fit in. -#}
    {%- set log -%}
        (
            select
                {{ month_start('bulk_row.activity_date') }} as month,
                bulk_row.*
            from {{ source('bulk', 'platform_activity_person') }} as bulk_row
            where {{ within_months('bulk_row.activity_date', months) }}
        ) as log
    {%- endset -%}
    with day_of_file as (
        select
            log.system_code_number,
            log.activity_date,
            log.file_number
        from {{ log }}
        group by log.system_code_number, log.activity_date, log.file_number
    ),

    contested_day as (
        select
            day_of_file.system_code_number,
            day_of_file.activity_date
        from day_of_file
        inner join {{ source('bulk', 'file') }} as bulk_file
            on day_of_file.file_number = bulk_file.file_number
        group by day_of_file.system_code_number, day_of_file.activity_date
        having min(bulk_file.load_sequence) <> max(bulk_file.load_sequence)
    ),

    ranked as (
        select
            log.*,
            row_number() over (
                partition by log.system_code_number, log.activity_date, log.person_number, log.organisation_number
                order by bulk_file.load_sequence desc, log.file_number asc, log.source_row asc
            ) as recency,
            count(*) over (
                partition by log.system_code_number, log.activity_date, log.person_number, log.organisation_number
            ) as versions
        from {{ log }}
        inner join contested_day
            on
                log.system_code_number = contested_day.system_code_number
                and log.activity_date = contested_day.activity_date
        inner join {{ source('bulk', 'file') }} as bulk_file
            on log.file_number = bulk_file.file_number
    )

    {% for row, is_active, replaces in (
        ('ranked', 'case when ranked.recency = 1 then 1 else 0 end',
         'case when ranked.recency = 1 and ranked.versions > 1 then 1 else 0 end'),
        ('log', '1', '0'),
    ) -%}
        select
            {% for column in columns -%}
                {{ row }}.{{ column }},
            {% endfor -%}
            {{ is_active }} as is_active,
            {{ replaces }} as replaces
        from {{ log if row == 'log' else row }}
        {% if row == 'log' -%}
            left join contested_day
                on
                    log.system_code_number = contested_day.system_code_number
                    and log.activity_date = contested_day.activity_date
            where contested_day.activity_date is null
        {%- else -%}
            union all
        {%- endif %}
    {% endfor %}
{%- endmacro %}
