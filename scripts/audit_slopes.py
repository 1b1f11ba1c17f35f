"""The panel and the accounts of all regions and years -> what the wage share has to do with each variable and slope."""

import numpy as np

from laborvalue.econometrics import audit
from laborvalue.econometrics.options import RegressionOptions
from laborvalue.errors import located
from laborvalue_workflow.data import files
from laborvalue_workflow.data.panel import read_panel
from laborvalue_workflow.data.stages import read_accounts, read_index
from laborvalue_workflow.running.commandline import run

HELD = ("table", "column", "dependent", "term", *audit.SLOPES, *(f"{name}_fixed" for name in audit.SLOPES))


def audit_slopes(panel, years: list, indices: list, economy, settings: dict, slopes, parts):
    shares = {}
    for year, index in zip(years, indices, strict=True):
        described = read_index(index)
        for region, accounts in zip(
            described.regions, read_accounts(f"{economy}/{year}/regions", described.regions), strict=True
        ):
            with np.errstate(divide="ignore", invalid="ignore"):
                share = accounts.compensation / accounts.output
            shares |= {
                (region, sector, int(year)): part for sector, part in zip(described.sectors.sector, share, strict=True)
            }
    rows, options = read_panel(panel), RegressionOptions(**settings["regressions"])
    keys = zip(*(rows[name].to_pylist() for name in ("region", "sector", "year")), strict=True)
    found = np.array([shares[key] for key in keys], dtype=float)
    rows = rows.append_column(audit.WAGE_SHARE, [np.where(np.isfinite(found), found, np.nan)])
    with located(panel):
        for path, names, content in (
            (slopes, HELD, audit.held_fixed(rows, options)),
            (parts, audit.PARTS, audit.mechanical_parts(rows, options=options)),
        ):
            files.write_table(path, {name: [row[name] for row in content] for name in names})


if __name__ == "__main__":
    run(audit_slopes)
