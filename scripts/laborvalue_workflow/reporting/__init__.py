"""What readers look at: set tables, figures, the report page, exports to Stata and R, the published numbers."""
