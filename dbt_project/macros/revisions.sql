{# Reports whose days are read again: fact, source, resource, staging model, the fields that the metric map knows, the column that names the entity. #}
{% macro revised_reports() -%}
    {{
        return(
            [
                (
                    "fct_ad_daily",
                    "kuaishou_ads",
                    "creative_report",
                    "stg_kuaishou_ads__creative_reports",
                    kuaishou_report_fields(),
                    "ad_id",
                ),
                (
                    "fct_ad_daily",
                    "linkedin_ads",
                    "ad_analytics",
                    "stg_linkedin_ads__analytics",
                    linkedin_ads_report_fields(),
                    "ad_id",
                ),
                (
                    "fct_ad_daily",
                    "oceanengine",
                    "report_custom",
                    "stg_oceanengine__reports",
                    oceanengine_report_fields(),
                    "ad_id",
                ),
                (
                    "fct_ad_daily",
                    "tencent_ads",
                    "daily_report",
                    "stg_tencent_ads__daily_reports",
                    tencent_ads_report_fields(),
                    "ad_id",
                ),
                (
                    "fct_ad_daily",
                    "weibo_ads",
                    "report_creative",
                    "stg_weibo_ads__reports",
                    weibo_ads_report_fields(),
                    "ad_id",
                ),
                (
                    "fct_ad_daily",
                    "xiaohongshu",
                    "report_creative",
                    "stg_xiaohongshu__creative_reports",
                    xiaohongshu_report_fields(),
                    "ad_id",
                ),
                (
                    "fct_account_daily",
                    "wechat",
                    "getusersummary",
                    "stg_wechat__user_summary",
                    ["new_user", "cancel_user"],
                    none,
                ),
                (
                    "fct_account_daily",
                    "wechat",
                    "getusercumulate",
                    "stg_wechat__user_cumulate",
                    ["cumulate_user"],
                    none,
                ),
                (
                    "fct_account_daily",
                    "linkedin",
                    "follower_gains",
                    "stg_linkedin__follower_gains",
                    ["organic_follower_gain", "paid_follower_gain"],
                    none,
                ),
                (
                    "fct_account_daily",
                    "linkedin",
                    "share_statistics_daily",
                    "stg_linkedin__share_statistics_daily",
                    linkedin_statistics_fields(),
                    none,
                ),
            ]
        )
    }}
{%- endmacro %}

{# What every complete answer said of the touched days of one report: a value per answer, entity and metric, in our units. #}
{% macro answered_values(fact, source_name, resource, staging_model, fields, entity) -%}
    select
        '{{ fact }}' as fact,
        source,
        account,
        '{{ resource }}' as resource,
        metric_date,
        load_id,
        window_start,
        window_end,
        fetched_at,
        entity_id,
        metric,
        cast(sum(metric_value) as decimal(20, 5)) as metric_value
    from
        (
            {{
                canonical_values(
                    "(select payloads.*, answers.metric_date, answers.load_id, answers.window_start, answers.window_end, answers.fetched_at, "
                    ~ ("payloads." ~ entity if entity else "cast(null as varchar)")
                    ~ " as entity_id from answers inner join "
                    ~ ref("stg_landing__sightings")
                    ~ " as sightings using (source, account, resource, load_id, window_start, window_end) inner join "
                    ~ ref(staging_model)
                    ~ " as payloads using (source, account, record_hash) where answers.fact = '"
                    ~ fact
                    ~ "' and answers.source = '"
                    ~ source_name
                    ~ "' and answers.resource = '"
                    ~ resource
                    ~ "' and payloads.record_date = answers.metric_date and payloads.reject_reason is null)",
                    source_name,
                    resource,
                    fields,
                    [
                        "source",
                        "account",
                        "metric_date",
                        "load_id",
                        "window_start",
                        "window_end",
                        "fetched_at",
                        "entity_id",
                    ],
                )
            }}
        ) as told
    where metric_value is not null
    group by source, account, metric_date, load_id, window_start, window_end, fetched_at, entity_id, metric
{%- endmacro %}

{# Files whose rows may come again, corrected: resource (its staging model is stg_files__…), fact, the column that names the entity, the numbers told. #}
{% macro revised_files() -%}
    {%- set days = [] -%}
    {%- for fact in ["account_daily", "ad_daily"] -%}
        {%- set told = [] -%}
        {%- for name, type in canonical_columns(fact) if type in ("bigint", "decimal(20, 5)") -%}
            {%- do told.append(name) -%}
        {%- endfor -%}
        {%- do days.append(told) -%}
    {%- endfor -%}
    {%- set counters = content_counters() + ["reward_amount"] -%}
    {%- set to_date = (counters | join("_to_date ") ~ "_to_date").split() -%}
    {{
        return(
            [
                ("file_account_daily", "fct_account_daily", none, days[0]),
                ("file_ad_daily", "fct_ad_daily", "ad_id", days[1]),
                ("file_content_daily", "fct_content_daily", "content_id", counters),
                ("file_content_totals", "fct_content_daily", "content_id", to_date),
            ]
        )
    }}
{%- endmacro %}

{# What every file said of the touched days in one kind of file: a value per row told, entity and metric, null where the row has no number. #}
{% macro file_values(resource, fact, entity, metrics) -%}
    select
        '{{ fact }}' as fact,
        payloads.source,
        payloads.account,
        '{{ resource }}' as resource,
        {{ "payloads." ~ entity if entity else "cast(null as varchar)" }} as entity_id,
        payloads.record_date as metric_date,
        payloads.exported_at,
        sightings.fetched_at,
        sightings.load_id,
        payloads.record_hash,
        names.metric,
        cast(
            case
                names.metric
                {%- for metric in metrics %}
                    when '{{ metric }}' then cast(payloads.{{ metric }} as decimal(20, 5))
                {%- endfor %}
            end as decimal(20, 5)
        ) as metric_value
    from ({{ wanted_sightings(none, resource) }}) as sightings
    inner join {{ ref(resource | replace("file_", "stg_files__")) }} as payloads using (source, account, record_hash)
    inner join
        {{ ref("int_touched_days") }} as touched
        on touched.fact = '{{ fact }}'
        and payloads.source = touched.source
        and payloads.account = touched.account
        and payloads.record_date = touched.metric_date
    cross join
        (
            {%- for metric in metrics %}
                select '{{ metric }}' as metric
                {%- if not loop.last %}
                    union all
                {%- endif %}
            {%- endfor %}
        ) as names
    where payloads.reject_reason is null
{%- endmacro %}

{#
Listings of our contents: source (none: every one that files tell), resource, staging model, the column by which the newest of several versions
in one answer is known, and what it says of a content by column of dim_content. Where `whole` is true every answer lists all contents, so one
that it leaves out was deleted. WeChat's publication list names a content by its address only.
#}
{% macro content_listings() -%}
    {%- set title = {"title": "title"} -%}
    {%- set flags = {"title": "title", "is_deleted": "is_deleted", "is_comment_open": "is_comment_open"} -%}
    {%- set posts = {"title": "case when is_whole then title end", "is_deleted": "not is_whole"} -%}
    {{
        return(
            [
                ("douyin", "video_list", "stg_douyin__videos", none, title, true),
                ("kuaishou", "photo", "stg_kuaishou__photos", none, title, true),
                ("linkedin", "posts", "stg_linkedin__posts", "modified_at", title, false),
                ("wechat", "freepublish", "stg_wechat__published_articles", "updated_at", flags, false),
                ("wechat", "getarticletotaldetail", "stg_wechat__article_details", "stat_date", title, false),
                ("weibo", "user_timeline", "stg_weibo__posts", none, posts, false),
                ("weibo", "statuses_count", "stg_weibo__post_counts", none, {"is_deleted": "is_missing"}, false),
                ("xiaohongshu", "pgy_note", "stg_xiaohongshu__creator_notes", "record_date", title, false),
                (none, "file_contents", "stg_files__contents", "exported_at", title, false),
                (none, "file_content_totals", "stg_files__content_totals", "exported_at", title, false),
                (none, "file_content_daily", "stg_files__content_daily", "exported_at", title, false),
            ]
        )
    }}
{%- endmacro %}

{# What every answer of a listing said of every content that it holds: a value per sighting and column, as text; told_at is when, Asia/Shanghai. #}
{% macro content_values(source_name, resource, staging_model, latest, columns, whole) -%}
    {%- set content_id = (
        extract_first("payloads.url", "[?&]mid=([0-9]+)")
        ~ " || '_' || "
        ~ extract_first("payloads.url", "[?&]idx=([0-9]+)")
        if resource == "freepublish"
        else "payloads.content_id"
    ) -%}
    {%- for name, value in columns.items() %}
        select
            payloads.source,
            payloads.account,
            '{{ resource }}' as resource,
            {{ content_id }} as content_id,
            '{{ name }}' as column_name,
            {{ business_time_from_utc("sightings.fetched_at") if source_name else "payloads.exported_at" }} as told_at,
            sightings.fetched_at,
            sightings.load_id,
            cast({{ "payloads." ~ latest if latest else "null" }} as varchar) as latest,
            payloads.record_hash,
            cast({{ value }} as varchar) as value,
            {{ whole }} as is_whole_listing
        from ({{ wanted_sightings(source_name, resource) }}) as sightings
        inner join {{ ref(staging_model) }} as payloads using (source, account, record_hash)
        where payloads.reject_reason is null
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
{%- endmacro %}
