-- Every good order that any wanted load tells of stands in core once, and no other; what was paid for all of them is
-- what the ERP says where it knows an order, else what the site says.
with
    told as (
        {% for source_name, resource, model, amount in [
            ("database", "erp_order", "stg_database__orders", "paid_fen"),
            ("site", "order", "stg_site__orders", "order_amount"),
        ] %}
            select
                '{{ source_name }}' as source,
                order_id,
                {{ amount }} as amount,
                row_number() over (partition by order_id order by fetched_at desc, load_id desc, record_hash) as newest
            from {{ ref(model) }}
            inner join ({{ wanted_sightings(source_name, resource) }}) as seen using (source, account, record_hash)
            where reject_reason is null
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    expected as (
        select order_id, coalesce(max(amount) filter (where source = 'database'), max(amount)) as amount
        from told
        where newest = 1
        group by order_id
    )

select order_id, expected.amount, orders.order_amount
from expected
full outer join {{ ref("fct_order") }} as orders using (order_id)
where orders.order_amount is distinct from cast(expected.amount as decimal(20, 5)) / 100
