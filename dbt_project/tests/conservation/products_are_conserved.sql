-- Every piece that orders hold of a named product, and every lead that names one, stands with one product.
with
    expected as (
        select platform, 'items' as measure, sum(quantity) as total
        from {{ ref("fct_order_line") }}
        where coalesce(sku, product) is not null
        group by platform
        union all
        select platform, 'leads', count(*)
        from {{ ref("fct_lead") }}
        where product is not null
        group by platform
    ),

    found as (
        {% for measure in ["items", "leads"] %}
            select platform, '{{ measure }}' as measure, sum({{ measure }}) as total
            from {{ ref("dim_product") }}
            group by platform
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    )

select platform, measure, expected.total as expected_total, found.total as found_total
from expected
full outer join found using (platform, measure)
where coalesce(expected.total, 0) <> coalesce(found.total, 0)
