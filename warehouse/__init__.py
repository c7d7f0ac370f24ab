"""The command line and the steps around dbt: settings, services, build, audit, publish, roll back, BI."""
