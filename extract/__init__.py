"""Extraction: one folder per source, and beside them what the sources share.

Entry points: `extract.run.extract_account`, `extract.run.plan_account`, `extract.run.record_unreported`,
`extract.sources.sources`, `extract.landing.list_loads`.
"""
