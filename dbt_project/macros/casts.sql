{# Casts that do not lie: text that is there and does not fit gives null, never another value. The caller rejects the record then. #}
{% macro cast_text(text, type) -%}
    {%- if type == "text" -%} {{ text }}
    {%- elif type == "bigint" -%} case when {{ matches(text, "-?[0-9]{1,18}") }} then cast({{ text }} as bigint) end
    {%- elif type == "count" -%}
        {# A whole number that somebody carried through a double on its way (1910000000.0000002) is still that whole number. #}
        case
            when {{ matches(text, "-?[0-9]{1,18}") }}
            then cast({{ text }} as bigint)
            when {{ matches(text, "-?[0-9]{1,15}[.](0+|0{5,}[0-9]*|9{5,}[0-9]*)") }}
            then cast(round(cast({{ text }} as decimal(38, 12)), 0) as bigint)
        end
    {%- elif type == "integer" -%} case when {{ matches(text, "-?[0-9]{1,9}") }} then cast({{ text }} as integer) end
    {%- elif type == "amount" -%}
        case when {{ matches(text, "-?[0-9]{1,14}([.][0-9]{1,5}0*)?") }} then cast({{ text }} as decimal(20, 5)) end
    {%- elif type == "long_amount" -%}
        {# Money with the tail of a binary fraction (107.5300000000000335346), to five places. #}
        case
            when {{ matches(text, "-?[0-9]{1,14}([.][0-9]+)?([eE]-[0-9]{1,2})?") }}
            then cast(round(cast({{ text }} as decimal(38, 20)), 5) as decimal(20, 5))
        end
    {%- elif type == "rate" -%}
        {# A rate is only ever shown; a tiny one may come with an exponent. #}
        case
            when {{ matches(text, "-?[0-9]{1,9}([.][0-9]+)?") }}
            then cast({{ text }} as decimal(18, 8))
            when {{ matches(text, "-?[0-9]([.][0-9]+)?[eE]-[0-9]{1,2}") }}
            then cast(cast({{ text }} as double) as decimal(18, 8))
        end
    {%- elif type == "date" -%}
        case
            when {{ matches(text, "[0-9]{4}-[0-9]{2}-[0-9]{2}( 00:00:00)?") }}
            then try_cast(substr({{ text }}, 1, 10) as date)
        end
    {%- elif type == "timestamp" -%}
        case
            when {{ matches(text, "[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}") }}
            then try_cast({{ text }} as timestamp)
        end
    {%- elif type == "epoch" -%}
        case
            when {{ matches(text, "[0-9]{9,10}") }} then {{ business_time_from_epoch("cast(" ~ text ~ " as bigint)") }}
        end
    {%- elif type == "epoch_ms" -%}
        {# To the second: the last three digits are left out. #}
        case
            when {{ matches(text, "[0-9]{12,13}") }}
            then {{ business_time_from_epoch("cast(substr(" ~ text ~ ", 1, length(" ~ text ~ ") - 3) as bigint)") }}
        end
    {%- elif type == "weekday_time" -%}
        {# `Tue May 31 17:46:55 +0800 2011`, an instant with its own offset. #}
        case
            when
                {{
                    matches(
                        text, "[A-Z][a-z]{2} [A-Z][a-z]{2} [0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2} [+-][0-9]{4} [0-9]{4}"
                    )
                }}
            then {{ business_time_from_weekday_text(text) }}
        end
    {%- elif type == "boolean" -%}
        case when lower({{ text }}) in ('true', '1') then true when lower({{ text }}) in ('false', '0') then false end
    {%- else -%} {{ exceptions.raise_compiler_error("cast_text: unknown type " ~ type) }}
    {%- endif -%}
{%- endmacro %}
