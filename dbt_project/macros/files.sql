{#
The newest version of each row that files tell, over all sources: every column of the staging model. Of two files with the same row the
one that was exported later counts; of two as old, the one that was taken later.
#}
{% macro newest_file_rows(resource, staging_model, keys) -%}
    select *
    from
        (
            select
                payloads.*,
                payloads.account as account_id,
                row_number() over (
                    partition by payloads.source, payloads.account, payloads.{{ keys | join(", payloads.") }}
                    order by
                        payloads.exported_at desc,
                        sightings.fetched_at desc,
                        sightings.load_id desc,
                        payloads.record_hash
                ) as newest
            from ({{ wanted_sightings(none, resource) }}) as sightings
            inner join {{ ref(staging_model) }} as payloads using (source, account, record_hash)
            where payloads.reject_reason is null
        ) as ranked
    where newest = 1
{%- endmacro %}

{# Rows of a file fact on the touched days that the interface does not tell itself. #}
{% macro unanswered_file_rows(relation, fact) -%}
    select files.*
    from {{ relation }} as files
    inner join
        {{ ref("int_touched_days") }} as touched
        on touched.fact = '{{ fact }}'
        and files.source = touched.source
        and files.account_id = touched.account
        and files.metric_date = touched.metric_date
    left join
        {{ ref("int_files__answered_days") }} as answered
        on answered.fact = '{{ fact }}'
        and files.source = answered.source
        and files.account_id = answered.account
        and files.metric_date = answered.metric_date
    where answered.metric_date is null
{%- endmacro %}

{# Days of an account that files tell of a fact and the interface does not: source, account_id, metric_date. #}
{% macro days_by_file(fact) -%}
    {%- set facts = {
        "fct_account_daily": ["account_daily"],
        "fct_ad_daily": ["ad_daily"],
        "fct_content_daily": ["content_daily", "content_totals"],
    } -%}
    select files.source, files.account as account_id, files.record_date as metric_date
    from
        (
            {%- for name in facts[fact] %}
                select distinct source, account, record_date
                from {{ ref("stg_files__" ~ name) }}
                where reject_reason is null
                {%- if not loop.last %}
                    union
                {%- endif %}
            {%- endfor %}
        ) as files
    left join
        {{ ref("int_files__answered_days") }} as answered
        on answered.fact = '{{ fact }}'
        and files.source = answered.source
        and files.account = answered.account
        and files.record_date = answered.metric_date
    where answered.metric_date is null
{%- endmacro %}

{# The last day of which an answer tells: as many days after its own as the resource touches, none after the day before it was given. #}
{% macro last_told_day(day, fetched_at, touches_days) -%}
    greatest(
        {{ day }},
        least(
            {{ add_days(day, touches_days) }},
            {{ add_days("cast(" ~ business_time_from_utc(fetched_at) ~ " as date)", -1) }}
        )
    )
{%- endmacro %}

{# The columns that every record from a file has beside its own. #}
{% macro file_fields(fields) -%}
    {{
        return(
            fields
            + [
                ("exported_at", "exported_at", "timestamp", true),
                ("recovered", "recovered", "text", false),
                ("is_rounded", "is_rounded", "boolean", false),
            ]
        )
    }}
{%- endmacro %}

{# Columns of a fact by name, each under its own name, for a staging model. #}
{% macro same_named(names, type) -%}
    {%- set fields = [] -%}
    {%- for name in names.split() -%} {%- do fields.append((name, name, type, false)) -%} {%- endfor -%}
    {{ return(fields) }}
{%- endmacro %}

{# What a file says of the content itself. #}
{% macro content_fields() -%}
    {{
        return(
            [("content_id", "content_id", "text", true), ("published_at", "published_at", "timestamp", false)]
            + same_named("title url content_type", "text")
            + [("duration_seconds", "duration_seconds", "rate", false)]
        )
    }}
{%- endmacro %}

{# Records of a fact as the interface gives them, and those of files for what it does not give. #}
{% macro with_files(fact, answers, files) -%}
    {%- set keys = {
        "account_daily": ["metric_date"],
        "content_daily": ["content_id", "metric_date"],
        "ad_daily": ["ad_id", "metric_date"],
        "contents": ["content_id"],
        "mentions": ["mention_id"],
        "live_sessions": ["live_id"],
    } -%}
    {%- if fact not in keys %}
        {{ answers }}
        union all
        {{ files }}
    {%- else %}
        {%- set shared = ["source", "account_id"] + keys[fact] -%}
        {%- set names = canonical_columns(fact) | map(attribute=0) | list %}
        select
            {%- for name in names %}
                {%- if name in shared %} coalesce(answers.{{ name }}, files.{{ name }})
                {%- elif fact == "account_daily" %} coalesce(answers.{{ name }}, files.{{ name }})
                {%- else %} case when answers.source is null then files.{{ name }} else answers.{{ name }} end
                {%- endif %} as {{ name }}
                {% if not loop.last %},{% endif %}
            {%- endfor %}
        from ({{ answers }}) as answers
        full outer join
            ({{ files }}) as files
            on {% for key in shared -%} answers.{{ key }} = files.{{ key }} {%- if not loop.last %} and {% endif -%}
            {%- endfor %}
    {%- endif %}
{%- endmacro %}
