{# {'detail.read_user': …} as the nested mapping that the parser wants; 'list[].name' means the first element of the list. #}
{% macro record_shape(fields) -%}
    {%- set shape = {} -%}
    {%- for path, name, type, required in fields -%}
        {%- set at = namespace(node=shape) -%}
        {%- set parts = path.split(".") -%}
        {%- for part in parts -%}
            {%- set key = part | replace("[]", "") -%}
            {%- if loop.last -%} {%- do at.node.update({key: "VARCHAR"}) -%}
            {%- elif part.endswith("[]") -%}
                {%- if key not in at.node %} {% do at.node.update({key: [{}]}) %}
                {% endif -%}
                {%- set at.node = at.node[key][0] -%}
            {%- else -%}
                {%- if key not in at.node %} {% do at.node.update({key: {}}) %}
                {% endif -%}
                {%- set at.node = at.node[key] -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(shape) }}
{%- endmacro %}
