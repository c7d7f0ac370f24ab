{# The staging models of what files tell, of any source: resource, model. #}
{% macro file_entities() -%}
    {%- set named = [] -%}
    {%- for fact in "account_daily content_daily content_totals contents ad_daily comments mentions live_sessions".split() -%}
        {%- do named.append({"resource": "file_" ~ fact, "model": "stg_files__" ~ fact}) -%}
    {%- endfor -%}
    {{ return(named) }}
{%- endmacro %}

{# The staging models of platform records: source, resource, model; the pairs are those of the seed landing_resources. #}
{% macro staged_entities() -%}
    {%- set entities = [
        ("growingio", "ads_track_click", "stg_growingio__ad_clicks"),
        ("growingio", "custom_event", "stg_growingio__custom_events"),
        ("growingio", "page", "stg_growingio__pages"),
        ("growingio", "visit", "stg_growingio__visits"),
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
        ("douyin", "fans_data", "stg_douyin__fans"),
        ("douyin", "fans_flow", "stg_douyin__fan_flows"),
        ("douyin", "hot_sentences", "stg_douyin__hot_sentences"),
        ("douyin", "item_base", "stg_douyin__video_totals"),
        ("douyin", "item_comment", "stg_douyin__video_comments"),
        ("douyin", "item_like", "stg_douyin__video_likes"),
        ("douyin", "item_play", "stg_douyin__video_plays"),
        ("douyin", "item_share", "stg_douyin__video_shares"),
        ("douyin", "user_comment", "stg_douyin__account_comments"),
        ("douyin", "user_fans", "stg_douyin__account_fans"),
        ("douyin", "user_item", "stg_douyin__account_items"),
        ("douyin", "user_like", "stg_douyin__account_likes"),
        ("douyin", "user_profile", "stg_douyin__account_profiles"),
        ("douyin", "user_share", "stg_douyin__account_shares"),
        ("douyin", "video_list", "stg_douyin__videos"),
        ("kuaishou", "photo", "stg_kuaishou__photos"),
        ("kuaishou", "user_info", "stg_kuaishou__user_info"),
        ("kuaishou_ads", "account_report", "stg_kuaishou_ads__account_reports"),
        ("kuaishou_ads", "audience_report", "stg_kuaishou_ads__audience_reports"),
        ("kuaishou_ads", "campaign", "stg_kuaishou_ads__campaigns"),
        ("kuaishou_ads", "comment", "stg_kuaishou_ads__comments"),
        ("kuaishou_ads", "creative", "stg_kuaishou_ads__creatives"),
        ("kuaishou_ads", "creative_report", "stg_kuaishou_ads__creative_reports"),
        ("kuaishou_ads", "unit", "stg_kuaishou_ads__units"),
        ("oceanengine", "comment", "stg_oceanengine__comments"),
        ("oceanengine", "project", "stg_oceanengine__projects"),
        ("oceanengine", "promotion", "stg_oceanengine__promotions"),
        ("oceanengine", "report_custom", "stg_oceanengine__reports"),
        ("oceanengine", "report_custom_total", "stg_oceanengine__report_totals"),
        ("site", "visit", "stg_site__visits"),
        ("site", "sign_up", "stg_site__sign_ups"),
        ("site", "inquiry", "stg_site__inquiries"),
        ("site", "order", "stg_site__orders"),
        ("site", "refund", "stg_site__refunds"),
        ("site", "coupon_use", "stg_site__coupon_uses"),
        ("site", "consent", "stg_site__consents"),
        ("site", "activity", "stg_site__activity_participations"),
        ("site", "points", "stg_site__points_entries"),
        ("site", "community", "stg_site__community_events"),
        ("database", "crm_lead", "stg_database__leads"),
        ("database", "erp_order", "stg_database__orders"),
        ("database", "erp_order_line", "stg_database__order_lines"),
        ("database", "erp_refund", "stg_database__refunds"),
        ("database", "erp_coupon_use", "stg_database__coupon_uses"),
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
        ("weibo", "comments_mentions", "stg_weibo__comment_mentions"),
        ("weibo", "statuses_count", "stg_weibo__post_counts"),
        ("weibo", "statuses_mentions", "stg_weibo__post_mentions"),
        ("weibo", "user_timeline", "stg_weibo__posts"),
        ("weibo", "users_counts", "stg_weibo__user_counts"),
        ("weibo", "users_show", "stg_weibo__users"),
        ("weibo_ads", "ad", "stg_weibo_ads__ads"),
        ("weibo_ads", "campaign", "stg_weibo_ads__campaigns"),
        ("weibo_ads", "creative", "stg_weibo_ads__creatives"),
        ("weibo_ads", "report_creative", "stg_weibo_ads__reports"),
        ("weibo_ads", "report_creative_sum", "stg_weibo_ads__report_sums"),
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
        {%- do named.append(
            {
                "source": source_name,
                "resource": resource,
                "model": model,
                "is_bulk": source_name == "growingio",
            }
        ) -%}
    {%- endfor -%}
    {{ return(named) }}
{%- endmacro %}

{#
Whether a row of a relation is of a resource that lands as columns: its rows have no hash, the newest complete answer holds them, and a
window has one row more, its receipt.
#}
{% macro is_bulk(relation) -%}
    (
        {%- for entity in staged_entities() if entity.is_bulk %}
            ({{ relation }}.source = '{{ entity.source }}' and {{ relation }}.resource = '{{ entity.resource }}')
            {%- if not loop.last %} or {% endif %}
        {%- endfor %}
    )
{%- endmacro %}
