"""Real tables that are beside the project, where they are: WIOD 2013 as pymrio saves it, its accounts as published."""

import warnings
from pathlib import Path

import numpy as np
import pytest
import yaml

from datasets import HOME

SHARED = next((path for parent in HOME.parents if (path := parent / "shared/data").is_dir()), HOME / "absent")
WIOD = SHARED / "wiod2013"
WIOD_YEARS = range(1995, 2008)
WIOD_RUN = (1995, 1998, 2001, 2004, 2007)  # the years of the run that tests share: too many to stand side by side
PROVINCES = SHARED / "provinces"
needs_wiod = pytest.mark.skipif(not WIOD.exists(), reason="the WIOD 2013 release is not here (../shared/data/wiod2013)")
needs_provinces = pytest.mark.skipif(
    not (PROVINCES / "2012").exists(), reason="the provincial tables are not here (../shared/data/provinces)"
)
# ISIC rev. 3 as parse_wiod names the industries, in the order of c1 to c35
INDUSTRIES = (
    *("AtB", "C", "15t16", "17t18", "19", "20", "21t22", "23", "24", "25", "26", "27t28", "29", "30t33", "34t35"),
    *("36t37", "E", "F", "50", "51", "52", "H", "60", "61", "62", "63", "64", "J", "70", "71t74", "L", "M", "N"),
    *("O", "P"),
)
ADDED = ("taxes less subsidies on products", "Value added at basic prices", "International Transport Margins")
USES = ("c37", "c38", "c39", "c41", "c42")
ACCOUNTS = ("GO", "VA", "COMP", "LAB", "CAP", "GFCF", "GFCF_P", "EMP", "EMPE", "H_EMP", "H_EMPE", "K_GFCF")


def wiod_arrays(year):
    """The arrays of a year, with the names that parse_wiod gives the regions."""
    with np.load(WIOD / f"wiod2013_{year}.npz", allow_pickle=True) as file:
        wiod = {name: file[name] for name in file.files}
    wiod["countries"] = ["ROU" if code == "ROM" else str(code) for code in wiod["countries"]]
    return wiod


def provinces_config(folder, run):
    """config/provinces.yaml on the tables where they are, written into a folder."""
    config = yaml.safe_load((HOME / "config/provinces.yaml").read_text(encoding="utf-8"))
    config["run"] = run
    for table in config["import"]["tables"]:
        table["folder"] = str(PROVINCES / str(table["year"]))
    return _written(config, folder)


def wiod_config(folder, years, run):
    """config/databases/wiod2013.yaml on tables that `save_wiod` wrote into a folder; the config is there too."""
    config = yaml.safe_load((HOME / "config/databases/wiod2013.yaml").read_text(encoding="utf-8"))
    assert [table["year"] for table in config["import"]["tables"]] == list(WIOD_YEARS)
    config["run"] = run
    config["import"]["tables"] = [{"year": year, "file": str(folder / str(year))} for year in years]
    config["import"]["accounts"] = str(folder / "WIOD_SEA_July14.xlsx")
    return _written(config, folder)


def _written(config, folder):
    path = folder / f"{config['run']}.yaml"
    path.write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")
    return path


def save_wiod(folder, years, form="parquet"):
    """Each year as pymrio saves what parse_wiod reads, in folder/<year>, and the accounts of all years.

    The rows of value added are not in the arrays: value added is what inputs leave of output, taxes and margins are 0.
    """
    import pandas as pd
    import pymrio

    for year in years:
        wiod = wiod_arrays(year)
        cells = pd.MultiIndex.from_product([wiod["countries"], INDUSTRIES], names=["region", "sector"])
        uses = pd.MultiIndex.from_product([wiod["countries"], USES], names=["region", "category"])
        Z, Y = (wiod[name].astype(float) for name in "ZF")
        added = Z.sum(axis=1) + Y.sum(axis=1) - Z.sum(axis=0)
        unit = pd.DataFrame({"unit": ["millions of US$"] * len(cells)}, cells)
        system = pymrio.IOSystem(Z=pd.DataFrame(Z, cells, cells), Y=pd.DataFrame(Y, cells, uses), unit=unit)
        rows = pd.Index(ADDED, name="inputtype")
        F = pd.DataFrame(np.stack([0 * added, added, 0 * added]), rows, cells)
        units = pd.DataFrame({"unit": ["millions of US$"] * len(rows)}, rows)
        system.factor_inputs = pymrio.Extension("factor input", F=F, unit=units)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            system.save_all(str(Path(folder) / str(year)), table_format=form)
    write_accounts(Path(folder) / "WIOD_SEA_July14.xlsx")


def write_accounts(path, years=WIOD_YEARS):
    """The socio-economic accounts in the published layout: a gap is an empty cell, RoW has no rows, TOT is the sum."""
    import openpyxl

    found = {year: wiod_arrays(year) for year in years}
    countries = found[years[0]]["countries"]
    book = openpyxl.Workbook(write_only=True)
    book.create_sheet("Notes").append(["written by a test from the arrays"])
    sheet = book.create_sheet("DATA")
    sheet.append(["Country", "Variable", "Description", "Code", *(f"_{year}" for year in years)])
    n = len(INDUSTRIES)
    for c, country in enumerate(countries):
        if country == "RoW":
            continue
        for variable in ACCOUNTS:
            of_country = np.stack([found[year][variable][c * n : (c + 1) * n].astype(float) for year in years])
            for code, amounts in (("TOT", np.nansum(of_country, axis=1)), *zip(INDUSTRIES, of_country.T, strict=True)):
                numbers = [None if np.isnan(amount) else float(amount) for amount in amounts]
                sheet.append([country, variable, variable, code, *numbers])
    book.save(path)
