"""Many MetricFlow queries in one process (a CLI call costs 6–9 CPU seconds): JSON on stdin and stdout.

In: a list of {metrics, group_by, where?}. Out: a list of {columns, rows} or {error}. DBT_PROJECT_DIR, DBT_PROFILES_DIR
and the profile's own variables come from the environment.
"""

from __future__ import annotations

import json
import sys
from contextlib import redirect_stdout
from typing import Any


def main() -> None:
    with redirect_stdout(sys.stderr):
        from dbt_metricflow.cli.cli_configuration import CLIConfiguration
        from metricflow.engine.metricflow_engine import MetricFlowQueryRequest

        configuration = CLIConfiguration()
        configuration.setup(configure_file_logging=False)
        answers: list[dict[str, Any]] = []
        for query in json.load(sys.stdin):
            request = MetricFlowQueryRequest.create(
                metric_names=query["metrics"], group_by_names=query["group_by"], where_constraints=query.get("where")
            )
            try:
                frame = configuration.mf.query(mf_request=request).result_df
            except Exception as error:
                answers.append({"error": str(error)})
                continue
            assert frame is not None
            answers.append({"columns": list(frame.column_names), "rows": [list(row) for row in frame.rows]})
    json.dump(answers, sys.stdout, default=str)


if __name__ == "__main__":
    main()
