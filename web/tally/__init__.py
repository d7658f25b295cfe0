"""Counts as people see them: workbooks in and out, and the steps of a count as text, HTML and diagrams."""
