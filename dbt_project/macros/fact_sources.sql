{#
What each source gives: the facts of macros/canonical.sql for which it has a model int_<source>__<fact>. Beside the facts stand its hooks:
`files` are exports of any source. accounts (names and currencies), touched (days beyond those of its windows), reconciliation_<subject> (its own totals).
#}
{% macro fact_sources() -%}
    {{
        return(
            {
                "files": "account_daily contents content_daily ad_daily comments live_sessions mentions touched",
                "growingio": "web_events",
                "linkedin": "account_daily audience contents content_daily touched reconciliation_follows reconciliation_posts",
                "linkedin_ads": "ad_daily campaigns ad_groups ads accounts reconciliation_ads",
                "douyin": "account_daily contents content_daily audience reconciliation_videos reconciliation_totals",
                "kuaishou": "account_daily contents content_daily touched",
                "kuaishou_ads": "ad_daily campaigns ad_groups ads audience comments reconciliation_ads",
                "oceanengine": "ad_daily campaigns ads comments reconciliation_ads",
                "database": "leads orders order_lines refunds coupon_uses",
                "site": "web_events sign_ups leads orders refunds coupon_uses consent_events activity_participations points_entries community_events",
                "tencent_ads": "ad_daily ad_groups ads accounts reconciliation_ads",
                "wechat": "account_daily follower_sources contents content_daily comments live_sessions touched reconciliation_follows reconciliation_articles",
                "weibo": "account_daily contents content_daily mentions touched reconciliation_posts",
                "weibo_ads": "ad_daily campaigns ad_groups ads reconciliation_ads",
                "weibo_hot_search": "touched reconciliation_hot_topics",
                "xiaohongshu": "ad_daily campaigns ad_groups ads contents content_daily creators creator_notes touched reconciliation_notes",
            }
        )
    }}
{%- endmacro %}

{# Sources that have a model of the fact, by name. #}
{% macro sources_of(fact) -%}
    {%- set found = [] -%}
    {%- for source_name, facts in fact_sources().items() if fact in facts.split() -%}
        {%- do found.append(source_name) -%}
    {%- endfor -%}
    {{ return(found | sort) }}
{%- endmacro %}

{# Names of the models of the fact; `subjects` takes every fact that begins with it (reconciliation_…). #}
{% macro fact_models(fact, subjects=false) -%}
    {%- set found = [] -%}
    {%- for source_name, facts in fact_sources().items() -%}
        {%- for given in facts.split() if given == fact or (subjects and given.startswith(fact ~ "_")) -%}
            {%- do found.append("int_" ~ source_name ~ "__" ~ given) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(found | sort) }}
{%- endmacro %}
