{# The staging models of platform records, with the source and resource that each parses; tested against the seed landing_resources. #}
{% macro staged_entities() -%}
    {{
        return(
            [
                {"source": "wechat", "resource": "getusersummary", "model": "stg_wechat__user_summary"},
                {"source": "wechat", "resource": "getusercumulate", "model": "stg_wechat__user_cumulate"},
                {"source": "wechat", "resource": "getbizsummary", "model": "stg_wechat__biz_summary"},
                {"source": "wechat", "resource": "getarticleread", "model": "stg_wechat__article_reads"},
                {"source": "wechat", "resource": "getarticleshare", "model": "stg_wechat__article_shares"},
                {"source": "wechat", "resource": "getarticletotaldetail", "model": "stg_wechat__article_details"},
                {"source": "wechat", "resource": "freepublish", "model": "stg_wechat__published_articles"},
                {"source": "wechat", "resource": "comment", "model": "stg_wechat__comments"},
                {"source": "oceanengine", "resource": "report_custom", "model": "stg_oceanengine__reports"},
                {
                    "source": "oceanengine",
                    "resource": "report_custom_total",
                    "model": "stg_oceanengine__report_totals",
                },
                {"source": "oceanengine", "resource": "project", "model": "stg_oceanengine__projects"},
                {"source": "oceanengine", "resource": "promotion", "model": "stg_oceanengine__promotions"},
                {"source": "oceanengine", "resource": "comment", "model": "stg_oceanengine__comments"},
                {
                    "source": "weibo_hot_search",
                    "resource": "hot_search_json",
                    "model": "stg_weibo_hot_search__topics_json",
                },
                {
                    "source": "weibo_hot_search",
                    "resource": "hot_search_csv",
                    "model": "stg_weibo_hot_search__topics_csv",
                },
            ]
        )
    }}
{%- endmacro %}
