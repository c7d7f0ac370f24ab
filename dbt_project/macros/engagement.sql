{# Likes, recommendations, comments, shares and saves of a relation together; null where none of them is known. #}
{% macro engagements_of(relation, suffix="") -%}
    {%- set actions = ["likes", "recommends", "comments", "shares", "saves"] -%}
    case
        when
            coalesce(
                {%- for action in actions %}
                    {{ relation }}.{{ action }}{{ suffix }}{% if not loop.last %},{% endif %}
                {%- endfor %}
            )
            is not null
        then
            {%- for action in actions %}
                coalesce({{ relation }}.{{ action }}{{ suffix }}, 0) {% if not loop.last %} + {% endif %}
            {%- endfor %}
    end
{%- endmacro %}


{#
A title as it is compared: small letters and digits of any script, without hashtags (#one or #one#, also ＃), spaces, punctuation and pictures;
null when nothing is left.
#}
{% macro comparable_title(title) -%}
    {%- set bare = replace_all(title, "[#＃][^#＃\s]+[#＃]?", "") -%}
    nullif(lower({{ replace_all(bare, "[^\p{L}\p{N}]", "") }}), '')
{%- endmacro %}
