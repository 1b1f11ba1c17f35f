"""What tables of estimates leave out, and why: tables/tableNN_left_out.csv."""

from laborvalue_workflow.data import files


def read_left_out(paths):
    """The rows of all these files, dicts of table and column (whole numbers) and reason."""
    rows = []
    for path in paths:
        rows += [
            {"table": int(row["table"]), "column": int(row["column"]), "reason": row["reason"]}
            for row in files.read_rows(path)
        ]
    return rows
