"""Reports: read-only figures for the county and the order page, one module per table."""
