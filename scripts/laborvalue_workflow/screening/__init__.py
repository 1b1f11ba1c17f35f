"""What is wrong in tables and what is done about it: published tables, dataset folders, and whoever reads them.

`findings`: the one type of what a check found, its row in screening/<year>.csv, and the message about those that stop
a run; `faults`: a fault at some places becomes findings, as its policy says; `policies`: what happens at which fault;
`checks`: the checks that an import and a dataset folder have in common; `page`: the pages for readers.
"""
