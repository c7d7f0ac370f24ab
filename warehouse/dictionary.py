"""The dictionary of metrics as one page, `docs/metrics.md`, compiled from dbt's semantic manifest like the datasets."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from warehouse.bi.compile import Manifests, compile_metric
from warehouse.settings import REPO

PAGE = REPO / "docs" / "metrics.md"

HEADER = """# Metrics

<!-- Compiled from dbt's semantic manifest by `make docs`. Change the metric, not this page. -->

Every number that people see has one definition, here; Superset, `mf query` and exports compute it alike. What may be
done with a number is its additivity:

| Additivity | Meaning |
|---|---|
| sum | adds up over days, contents, accounts and platforms |
| ratio | sum over sum: never add up or average, ask again for the wider group |
| last_over_days | adds up over accounts, but not over days: the last day of a period counts |
| never | different things of the period, counted again for every group |
| max, average | the highest, the mean of the rows; nothing to add up |

People are never added up over days, contents or accounts where the same person may be in several rows.
"""


def render(manifests: Manifests) -> str:
    """The page: a section per mart, a row per public metric, in order of name."""
    by_table: dict[str, list[dict[str, Any]]] = {}
    for metric in manifests.public_metrics():
        by_table.setdefault(compile_metric(metric["name"], manifests).table, []).append(metric)
    parts = [HEADER]
    for table, metrics in sorted(by_table.items()):
        model = manifests.models[table]
        parts.append(f"\n## {table}\n\n{' '.join(model['description'].split())}\n")
        parts += [_entry(metric, manifests) for metric in metrics]
    return "\n".join(parts)


def _entry(metric: Mapping[str, Any], manifests: Manifests) -> str:
    meta = metric["config"]["meta"]
    return "\n".join(
        [
            f"### {metric['name']}: {metric['label']} · {meta['label_zh']}",
            "",
            f"{metric['description']} {meta['description_zh']}",
            "",
            f"* Computed: {_formula(metric, manifests)}",
            f"* Unit {meta['unit']}, additivity {meta['additivity']}, owner {meta['owner']}",
            f"* {meta['question_en']} {meta['question_zh']}",
            "",
        ]
    )


def _formula(metric: Mapping[str, Any], manifests: Manifests) -> str:
    params = metric["type_params"]
    if metric["type"] == "ratio":
        return f"`{params['numerator']['name']} / {params['denominator']['name']}`"
    if metric["type"] == "derived":
        return f"`{params['expr']}`"
    measure = manifests.measures[params["measure"]["name"]][1]
    running = " so far in the month" if metric["type"] == "cumulative" else ""
    over = " of the last day" if measure.get("non_additive_dimension") else ""
    return f"{measure['agg'].replace('_', ' ')} of `{measure.get('expr') or measure['name']}`{over}{running}"


def write_dictionary(target: Path) -> bool:
    """Write the page from dbt's target folder; true when it changed."""
    text = render(Manifests.load(target))
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == text:
        return False
    PAGE.write_text(text, encoding="utf-8")
    return True
