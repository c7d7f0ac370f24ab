"""Any SQL database by query: a shop's own database, a CRM, an ERP."""
