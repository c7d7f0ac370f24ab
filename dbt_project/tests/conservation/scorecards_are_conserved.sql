-- The scorecards of platforms hold the spend of all ads, every cost, every order and every follow, month by month.
{% set month = "cast(date_trunc('month', %s) as date)" %}
{% set cost = "spend_amount + agency_fee_amount + creator_cost_amount" %}
{% set day = {"month_start_date": month % "metric_date"} %}
{% set published = {"month_start_date": month % "published_date"} %}
{{
    conserved_sums(
        ref("roi__platform_scorecard"),
        [
            ("spend_amount", reporting_spend(), "reporting_spend_amount", day),
            ("creator_cost_amount", reporting_creator_notes(), "reporting_cost_amount", published),
            ("marketing_cost_amount", ref("fct_campaign_cost_daily"), cost, day),
            ("net_follows", ref("fct_account_daily"), "net_follows", day),
            ("orders", ref("fct_order"), "1", {"month_start_date": month % "order_date"}),
        ],
    )
}}
