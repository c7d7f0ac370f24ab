{# The staging models of platform records: source, resource, model; the pairs are those of the seed landing_resources. #}
{% macro staged_entities() -%}
    {%- set entities = [
        ("linkedin", "network_size", "stg_linkedin__network_sizes"),
        ("linkedin", "follower_statistics", "stg_linkedin__follower_facets"),
        ("linkedin", "follower_gains", "stg_linkedin__follower_gains"),
        ("linkedin", "share_statistics_daily", "stg_linkedin__share_statistics_daily"),
        ("linkedin", "posts", "stg_linkedin__posts"),
        ("linkedin", "share_statistics", "stg_linkedin__share_statistics"),
        ("linkedin_ads", "ad_account", "stg_linkedin_ads__accounts"),
        ("linkedin_ads", "campaign_group", "stg_linkedin_ads__campaign_groups"),
        ("linkedin_ads", "campaign", "stg_linkedin_ads__campaigns"),
        ("linkedin_ads", "creative", "stg_linkedin_ads__creatives"),
        ("linkedin_ads", "ad_analytics", "stg_linkedin_ads__analytics"),
        ("linkedin_ads", "ad_analytics_total", "stg_linkedin_ads__analytics_totals"),
        ("oceanengine", "comment", "stg_oceanengine__comments"),
        ("oceanengine", "project", "stg_oceanengine__projects"),
        ("oceanengine", "promotion", "stg_oceanengine__promotions"),
        ("oceanengine", "report_custom", "stg_oceanengine__reports"),
        ("oceanengine", "report_custom_total", "stg_oceanengine__report_totals"),
        ("tencent_ads", "adgroup", "stg_tencent_ads__adgroups"),
        ("tencent_ads", "advertiser", "stg_tencent_ads__accounts"),
        ("tencent_ads", "daily_report", "stg_tencent_ads__daily_reports"),
        ("tencent_ads", "daily_report_by_conversion", "stg_tencent_ads__conversion_reports"),
        ("tencent_ads", "daily_report_total", "stg_tencent_ads__report_totals"),
        ("tencent_ads", "dynamic_creative", "stg_tencent_ads__dynamic_creatives"),
        ("wechat", "channels_live", "stg_wechat__live_sessions"),
        ("wechat", "comment", "stg_wechat__comments"),
        ("wechat", "freepublish", "stg_wechat__published_articles"),
        ("wechat", "getarticleread", "stg_wechat__article_reads"),
        ("wechat", "getarticleshare", "stg_wechat__article_shares"),
        ("wechat", "getarticletotaldetail", "stg_wechat__article_details"),
        ("wechat", "getbizsummary", "stg_wechat__biz_summary"),
        ("wechat", "getusercumulate", "stg_wechat__user_cumulate"),
        ("wechat", "getusersummary", "stg_wechat__user_summary"),
        ("weibo_hot_search", "hot_search_csv", "stg_weibo_hot_search__topics_csv"),
        ("weibo_hot_search", "hot_search_json", "stg_weibo_hot_search__topics_json"),
        ("xiaohongshu", "campaign", "stg_xiaohongshu__campaigns"),
        ("xiaohongshu", "creativity", "stg_xiaohongshu__creatives"),
        ("xiaohongshu", "pgy_kol", "stg_xiaohongshu__creators"),
        ("xiaohongshu", "pgy_note", "stg_xiaohongshu__creator_notes"),
        ("xiaohongshu", "report_creative", "stg_xiaohongshu__creative_reports"),
        ("xiaohongshu", "report_note", "stg_xiaohongshu__note_reports"),
        ("xiaohongshu", "unit", "stg_xiaohongshu__units"),
    ] -%}
    {%- set named = [] -%}
    {%- for source_name, resource, model in entities -%}
        {%- do named.append({"source": source_name, "resource": resource, "model": model}) -%}
    {%- endfor -%}
    {{ return(named) }}
{%- endmacro %}
