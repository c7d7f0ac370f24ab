-- Every piece that orders hold of a named product, and every lead that names one, stands with one product.
{{
    conserved_sums(
        ref("dim_product"),
        [
            (
                "items",
                ref("fct_order_line"),
                "case when coalesce(sku, product) is not null then quantity end",
                {"platform": "platform"},
            ),
            ("leads", ref("fct_lead"), "case when product is not null then 1 end", {"platform": "platform"}),
        ],
    )
}}
