"""What tables of estimates leave out, and why: tables/tableNN_left_out.csv."""

import csv


def read_left_out(paths):
    """The rows of all these files, dicts of table and column (whole numbers) and reason."""
    rows = []
    for path in paths:
        with open(path, encoding="utf-8", newline="") as file:
            rows += [
                {"table": int(row["table"]), "column": int(row["column"]), "reason": row["reason"]}
                for row in csv.DictReader(file)
            ]
    return rows
