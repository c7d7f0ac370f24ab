-- Numbers are whole or decimal in core and marts: sums of doubles differ from run to run.
-- depends_on: {{ ref("fct_ad_daily") }}, {{ ref("roi__ads_daily") }}, {{ ref("fct_content_daily") }}, {{ ref("engagement__account_daily") }}
select table_schema, table_name, column_name, data_type
from information_schema.columns
where
    table_catalog = '{{ target.database }}'
    and table_schema in ('core', 'marts')
    and data_type in ('DOUBLE', 'FLOAT', 'HUGEINT')
