-- One agency's fee holds for an account on a day, and an operator runs it once: spans of the same thing do not overlap.
{% for seed, what in [("agency_fees", "agency_name"), ("operators", "operator")] %}
    select '{{ seed }}' as seed, a.source, a.account_id, a.valid_from
    from {{ ref(seed) }} as a
    inner join
        {{ ref(seed) }} as b on a.source = b.source and coalesce(a.account_id, '') = coalesce(b.account_id, '')
        {% if seed == "operators" %} and a.operator = b.operator {% endif %} and a.valid_from < b.valid_from
    where a.valid_to is null or a.valid_to > b.valid_from
    {% if not loop.last %}
        union all
    {% endif %}
{% endfor %}
