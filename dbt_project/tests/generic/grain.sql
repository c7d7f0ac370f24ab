{#
The named columns identify a row: no two rows share them, and none is null but those named `nullable`.
Of a table that is rewritten by touched days (`rewritten_by`: the fact of int_touched_days, the column of the day, and
the told_by that it holds for, if not for all; or the column of the week, of visitors; or the column of the day and the
model of intermediate that names touched days, of persons) only those are read: the others are as an earlier build has
tested them.
#}
{% test grain(model, columns, nullable=[], rewritten_by=none) %}
    select {{ columns | join(", ") }}, count(*) as row_count
    from
        {% if rewritten_by and rewritten_by.week %}
            (
                select *
                from {{ model }}
                where
                    {{ rewritten_by.week }} in ({{ touched_weeks(ref("int_touched_activity_days")) }})
                    or {{ rewritten_by.week }} is null
                    or visitor_identity_id in (select visitor_identity_id from {{ ref("int_touched_visitors") }})
                    or visitor_identity_id is null
            ) as tested
        {% elif rewritten_by and rewritten_by.days %}
            (
                select *
                from {{ model }}
                where
                    {{ rewritten_by.day }} in (select {{ rewritten_by.day }} from {{ ref(rewritten_by.days) }})
                    or {{ rewritten_by.day }} is null
                    or person_id in (select person_id from {{ ref("int_touched_persons") }})
                    or person_id is null
            ) as tested
        {% elif rewritten_by %}
            (
                select told.*
                from {{ model }} as told
                inner join
                    (
                        select source as touched_source, account as touched_account, metric_date as touched_date
                        from {{ ref("int_touched_days") }}
                        where fact = '{{ rewritten_by.fact }}'
                    ) as touched
                    on told.source = touched_source
                    and told.account_id = touched_account
                    and told.{{ rewritten_by.day }} = touched_date
                {% if rewritten_by.told_by %} where told.told_by = '{{ rewritten_by.told_by }}'
                {% endif %}
                union all
                select *
                from {{ model }}
                where
                    {% if rewritten_by.told_by %} told_by <> '{{ rewritten_by.told_by }}'
                    {% else %} {{ rewritten_by.day }} is null
                    {% endif %}
            ) as tested
        {% else %} {{ model }}
        {% endif %}
    group by {{ columns | join(", ") }}
    having count(*) > 1 {% for column in columns if column not in nullable %} or {{ column }} is null {% endfor %}
{% endtest %}
