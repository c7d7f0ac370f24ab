{# Every difference between engines that the models need, one dispatch macro each. #}
{# Instants from the first to the last one, both included, one row each. `step` is day or hour. #}
{% macro series(first, last, step, name) -%}
    {{ return(adapter.dispatch("series")(first, last, step, name)) }}
{%- endmacro %}

{% macro duckdb__series(first, last, step, name) -%}
    (
        select
            unnest(
                generate_series(cast({{ first }} as timestamp), cast({{ last }} as timestamp), interval 1 {{ step }})
            ) as {{ name }}
    ) as series_{{ name }}
{%- endmacro %}

{# The slices of a half-open window, as a list to be unnested in a select. The step is a column: day or hour. #}
{% macro slices(window_start, window_end, step) -%}
    {{ return(adapter.dispatch("slices")(window_start, window_end, step)) }}
{%- endmacro %}

{% macro duckdb__slices(window_start, window_end, step) -%}
    unnest(
        case
            when {{ step }} = 'hour'
            then range(date_trunc('hour', {{ window_start }}), {{ window_end }}, interval 1 hour)
            else range(date_trunc('day', {{ window_start }}), {{ window_end }}, interval 1 day)
        end
    )
{%- endmacro %}

{% macro add_days(day, days) -%} {{ return(adapter.dispatch("add_days")(day, days)) }} {%- endmacro %}

{% macro duckdb__add_days(day, days) -%} (cast({{ day }} as date) + cast({{ days }} as integer)) {%- endmacro %}

{% macro iso_weekday(day) -%} {{ return(adapter.dispatch("iso_weekday")(day)) }} {%- endmacro %}

{% macro duckdb__iso_weekday(day) -%} isodow({{ day }}) {%- endmacro %}

{# Epoch seconds to a naive timestamp of the business zone. #}
{% macro business_time_from_epoch(seconds) -%}
    {{ return(adapter.dispatch("business_time_from_epoch")(seconds)) }}
{%- endmacro %}

{% macro duckdb__business_time_from_epoch(seconds) -%}
    (make_timestamp({{ seconds }} * 1000000) + interval '{{ var("business_utc_offset_hours") }} hours')
{%- endmacro %}

{# Naive UTC to a naive timestamp of the business zone. #}
{% macro business_time_from_utc(instant) -%}
    {{ return(adapter.dispatch("business_time_from_utc")(instant)) }}
{%- endmacro %}

{% macro duckdb__business_time_from_utc(instant) -%}
    ({{ instant }} + interval '{{ var("business_utc_offset_hours") }} hours')
{%- endmacro %}

{# Naive timestamp of the business zone to naive UTC. #}
{% macro utc_from_business_time(instant) -%}
    {{ return(adapter.dispatch("utc_from_business_time")(instant)) }}
{%- endmacro %}

{% macro duckdb__utc_from_business_time(instant) -%}
    ({{ instant }} - interval '{{ var("business_utc_offset_hours") }} hours')
{%- endmacro %}

{# `Tue May 31 17:46:55 +0800 2011` to a naive timestamp of the business zone; null when there is no such time. #}
{% macro business_time_from_weekday_text(text) -%}
    {{ return(adapter.dispatch("business_time_from_weekday_text")(text)) }}
{%- endmacro %}

{% macro duckdb__business_time_from_weekday_text(text) -%}
    (
        (try_strptime({{ text }}, '%a %b %d %H:%M:%S %z %Y') at time zone 'UTC')
        + interval '{{ var("business_utc_offset_hours") }} hours'
    )
{%- endmacro %}

{# The record as a struct of text, null when it is not JSON at all. `shape` is a nested mapping of names to 'VARCHAR'. #}
{% macro parse_record(record, shape) -%} {{ return(adapter.dispatch("parse_record")(record, shape)) }} {%- endmacro %}

{% macro duckdb__parse_record(record, shape) -%}
    try(json_transform({{ record }}, '{{ tojson(shape) }}'))
{%- endmacro %}

{# OBJECT, ARRAY, VARCHAR, …, null when the path is absent. #}
{% macro json_kind(record, path) -%} {{ return(adapter.dispatch("json_kind")(record, path)) }} {%- endmacro %}

{% macro duckdb__json_kind(record, path) -%} try(json_type({{ record }}, '$.{{ path }}')) {%- endmacro %}

{% macro matches(text, pattern) -%} {{ return(adapter.dispatch("matches")(text, pattern)) }} {%- endmacro %}

{% macro duckdb__matches(text, pattern) -%} regexp_full_match({{ text }}, '{{ pattern }}') {%- endmacro %}

{# Every match of a pattern replaced. #}
{% macro replace_all(text, pattern, replacement) -%}
    {{ return(adapter.dispatch("replace_all")(text, pattern, replacement)) }}
{%- endmacro %}

{% macro duckdb__replace_all(text, pattern, replacement) -%}
    regexp_replace({{ text }}, '{{ pattern }}', '{{ replacement }}', 'g')
{%- endmacro %}

{# The first group of a pattern, null when it does not match. #}
{% macro extract_first(text, pattern) -%} {{ return(adapter.dispatch("extract_first")(text, pattern)) }} {%- endmacro %}

{% macro duckdb__extract_first(text, pattern) -%}
    nullif(regexp_extract({{ text }}, '{{ pattern }}', 1), '')
{%- endmacro %}

{# The first value of a group that is known, in this order. #}
{% macro first_known(value, order) -%} {{ return(adapter.dispatch("first_known")(value, order)) }} {%- endmacro %}

{% macro duckdb__first_known(value, order) -%}
    first({{ value }} order by {{ order }}) filter (where {{ value }} is not null)
{%- endmacro %}

{# The middle value of a group of whole numbers, the lower one of two: a value that occurred, not a double. #}
{% macro lower_median(value) -%} {{ return(adapter.dispatch("lower_median")(value)) }} {%- endmacro %}

{% macro duckdb__lower_median(value) -%} quantile_disc({{ value }}, 0.5) {%- endmacro %}

{# An expression that ends the build with a message when it is reached. #}
{% macro fail_with(message, type) -%} {{ return(adapter.dispatch("fail_with")(message, type)) }} {%- endmacro %}

{% macro duckdb__fail_with(message, type) -%} cast(error({{ message }}) as {{ type }}) {%- endmacro %}

{# Days from the first to the second. #}
{% macro days_between(first, last) -%} {{ return(adapter.dispatch("days_between")(first, last)) }} {%- endmacro %}

{% macro duckdb__days_between(first, last) -%} date_diff('day', {{ first }}, {{ last }}) {%- endmacro %}

{# The first group of every match of a pattern, as a list to be unnested in a select. #}
{% macro every_first(text, pattern) -%} {{ return(adapter.dispatch("every_first")(text, pattern)) }} {%- endmacro %}

{% macro duckdb__every_first(text, pattern) -%}
    unnest(regexp_extract_all({{ text }}, '{{ pattern }}', 1))
{%- endmacro %}
