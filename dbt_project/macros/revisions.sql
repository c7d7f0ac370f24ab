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

{# Pre-hook of the revisions: those of touched days go, of whatever fact. #}
{% macro delete_touched_revisions() -%}
    {%- if is_incremental() -%}
        delete from {{ this }} as written
        using {{ var("stage_database") }}.intermediate.int_touched_days as touched
        where
            touched.fact = written.fact
            and touched.source = written.source
            and touched.account = written.account_id
            and touched.metric_date = written.metric_date
    {%- endif -%}
{%- endmacro %}
