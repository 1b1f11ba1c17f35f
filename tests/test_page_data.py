"""What the page shows of long tables, many years and screenings, from plain data; and the charts of many years."""

import re
from dataclasses import replace

import numpy as np
import pytest

from laborvalue.value_account import LINES, NET_PRODUCTS, TRANSFERS
from laborvalue_workflow.reporting import page, page_data
from laborvalue_workflow.reporting.charts import ramp
from laborvalue_workflow.reporting.economy_charts import course_chart, ranks_chart, values_prices_chart
from laborvalue_workflow.reporting.page_data import KeyedRow
from laborvalue_workflow.reporting.results import national_figures
from laborvalue_workflow.reporting.subject import Subject
from laborvalue_workflow.reporting.words import Words
from laborvalue_workflow.reporting.years import selected, selection_note
from laborvalue_workflow.screening.findings import Finding
from sentences import TEMPLATES, said

SUBJECT = Subject({"title": "t", "source": "s", "synthetic": False, "currency": "yuan"}, Words())
THIRTEEN = [str(year) for year in range(1995, 2008)]


def rows(count, years):
    return [KeyedRow(f"r{k:03}", f"Region {k}", [float(k + y) for y in range(2 * years)]) for k in range(count)]


def by_year(count, years):
    """The macro's HTML for a table of two measures."""
    context = {"years": years, "many_years": len(years) > 4, "folded": page_data.FOLDED}
    macros = page.environment(TEMPLATES).get_template("macros.j2").make_module(context)
    groups = [("size", "{:.0f}"), ("share", "{:.1f}")]
    return macros.by_year("Regions", groups, rows(count, len(years)), "Find", [("a.csv", "a")])


def keys(html):
    return re.findall(r'<th scope="row">(r\d+)</th>', html)


def test_a_short_table_of_few_years_stands_in_full():
    html = by_year(25, THIRTEEN[:4])
    assert len(keys(html)) == 25 and "<details" not in html and 'data-filter="Find"' in html


def test_a_long_table_shows_its_ends_and_folds_the_whole_with_a_filter():
    html = by_year(26, THIRTEEN[:2])
    shown, whole = html.split("<details")
    assert keys(shown) == [f"r{k:03}" for k in (*range(25, 15, -1), *range(9, -1, -1))]
    assert sorted(keys(whole)) == [f"r{k:03}" for k in range(26)]
    assert 'data-filter="Find"' in whole and 'data-filter="Find"' not in shown
    assert "the 10 largest and the 10 smallest of 26, by size in 1996" in shown
    assert '<a href="a.csv">a</a>' in html


def test_many_years_are_shown_by_the_first_the_last_and_the_change():
    html = by_year(3, THIRTEEN)
    shown, whole = html.split("<details")
    assert re.findall(r'<th scope="col">(\w+)</th>', shown) == ["Key", *["1995", "2007", "change"] * 2]
    first = re.search(r"r000</th>(.*?)</tr>", shown)[1]
    assert re.findall(r"<td>(.*?)</td>", first) == ["0", "12", "12", "13.0", "25.0", "12.0"]
    assert len(re.findall(r'<th scope="col">\d{4}</th>', whole)) == 26


def test_the_ends_of_a_table_leave_out_what_has_no_number_and_hold_no_row_twice():
    some = [KeyedRow("a", "", [float("nan")]), KeyedRow("b", "", [None])]
    some += [KeyedRow(f"{k}", "", [float(k)]) for k in range(12)]
    largest, smallest = page_data.ends(some, 0)
    assert [row.key for row in largest] == [str(k) for k in range(11, 1, -1)]
    assert [row.key for row in smallest] == ["1", "0"]


def test_a_change_needs_both_years():
    assert page_data.changes(KeyedRow("a", "", [1.0, 5.0, 3.0, None, 2.0, 2.5]), 3) == [
        (1.0, 3.0, 2.0),
        (None, 2.5, None),
    ]


def test_a_region_that_is_missing_in_a_year_keeps_its_other_years_in_their_place():
    panel = {
        "region": np.array(["a", "a", "b"]),
        "year": np.array([2012, 2015, 2015]),
        "pp": np.array([1.0, 2.0, 3.0]),
        "dlq": np.array([4.0, np.nan, 6.0]),
    }
    first, second = page_data.means_by_year(panel, "region", ("pp", "dlq"), {})
    assert [str(number) for number in first.numbers] == ["1.0", "2.0", "4.0", "nan"]
    assert [str(number) for number in second.numbers] == ["nan", "3.0", "nan", "6.0"]


def test_findings_are_counted_by_kind_and_year():
    one = Finding("2012", "missing", "hours", found="no number", done="excluded")
    more, other = replace(one, found="", more=40), replace(one, check="sign", found="31 cells")
    kinds = page_data.screened({"2012": [one, one], "2015": [], "2017": [more, other]})
    assert kinds == [("missing", "hours", "excluded", [2, 0, 40]), ("sign", "hours", "excluded", [0, 0, 1])]


def test_national_figures_are_those_of_the_summary_and_the_deviations():
    summary = {"2012": {"profit_rate": 0.1234, "rate_of_surplus_value": None, "organic_composition": 5.0}}
    pairs = [{"price": "market price", "compared_with": "value", "mad": 9.0}]
    pairs += [{"price": "production price", "compared_with": "value", "mad": 0.25}]
    figures = national_figures(summary, {"2012": pairs})
    assert [list(by_year.values()) for by_year in figures.values()] == [[12.34], [None], [5.0], [25.0]]
    shown = page_data.courses(summary, {"2012": pairs})
    assert [figure.numbers for figure in shown] == [["12.3"], ["–"], ["5.00"], ["25.0"]]
    assert {figure.points for figure in shown} == {""}  # one year is no course


def test_the_line_of_a_course_skips_missing_years():
    assert page_data.line([1.0, None, 3.0]) == "0.0,22.0 100.0,2.0"
    assert page_data.line([2.0, 2.0]) == "0.0,22.0 100.0,22.0"
    assert page_data.line([None, 2.0]) == ""


@pytest.mark.parametrize(("value", "text"), [(0.0, "0.00"), (-0.004, "0.00"), (-0.006, "−0.01"), (None, "–")])
def test_a_number_that_rounds_to_zero_has_no_sign(value, text):
    assert page_data.formatted(value, "{:.2f}") == text


# Charts


def prices(years):
    row = {"sector": "s", "name": "S", "share": 0.5}
    return [
        row | {"year": year, "sector": f"s{k}", "value": 1.0 + k, "price": 2.0, "ratio": 2.0 / (1.0 + k)}
        for year in years
        for k in range(2)
    ]


@pytest.mark.parametrize(("count", "shown"), [(1, 1), (4, 4), (6, 6), (13, 6)])
def test_at_most_six_years_are_panels_the_first_and_the_last_among_them(count, shown):
    years = THIRTEEN[:count]
    assert len(selected(years)) == shown
    assert (selected(years)[0], selected(years)[-1]) == (years[0], years[-1])
    spec = values_prices_chart(prices(years), SUBJECT).to_dict()
    points = spec["data"]["values"]
    assert sorted({point["year"] for point in points}) == selected(years)
    assert ("Shown: " in " ".join(spec["title"]["subtitle"])) == (count > 6)


def test_the_note_of_a_selection_works_on_any_iterable():
    assert selection_note(iter(THIRTEEN[:3])) == ""
    assert selection_note(iter(THIRTEEN)) == " Shown: 1995, 1997, 2000, 2002, 2005, 2007, of 13 years."


@pytest.mark.parametrize(("count", "shapes"), [(4, True), (5, False)])
def test_more_than_four_years_are_told_apart_by_a_ramp_of_colors(count, shapes):
    years = THIRTEEN[:count]
    points = [
        {"year": year, "region": f"r{k}", "name": "", "pp": 1.0 + k, "rank": 2.0 - k} for year in years for k in (0, 1)
    ]
    exponents = [{"year": year, "exponent": 1.0, "std_error": 0.1} for year in years]
    encoding = ranks_chart(points, exponents, SUBJECT).to_dict()["encoding"]
    assert ("shape" in encoding) == shapes
    colors = encoding["color"]["scale"]["range"]
    assert len(set(colors)) == count == len(colors)


def test_the_ramp_runs_from_its_first_color_to_its_last():
    colors = ramp(13)
    assert (colors[0], colors[-1], len(set(colors))) == ("#E69F00", "#2B83C6", 13)


def test_the_course_has_a_panel_per_national_figure():
    points = [{"measure": m, "year": year, "number": 1.0} for m in ("a", "b", "c") for year in THIRTEEN]
    panels = course_chart(points, SUBJECT).to_dict()["concat"]
    assert [panel["title"]["text"] for panel in panels] == ["a", "b", "c"]


# The account of value, certificates, switch points


def accounted(key, exports=0.0, **amounts):
    """Rows of account_regions.csv or account_sectors.csv: hours and transfer by region or sector."""
    return [
        {key: name, "estimated": name == "b", "hours": hours, "transfer": moved}
        | dict.fromkeys((*NET_PRODUCTS[1:], *TRANSFERS[:3], *LINES), hours)
        | {"at_home": moved, "exports": exports, "imported_inputs": exports}
        for name, (hours, moved) in amounts.items()
    ]


def test_the_page_says_what_is_received_and_paid_and_shows_that_it_sums_to_zero():
    rows = {"2012": accounted("region", a=(1e9, -3e8), b=(2e9, 4e8), d=(1e9, -1e8), c=(None, None))}
    rates = {"2012": [{"region": region, "own_profit_rate": 0.1} for region in "abcd"]}
    named = {"region": [*"abcd"], "name": ["Aland", "Bland", "Cland", "Dland"]}
    sectors, names = accounted("sector", s=(4e9, 0.0)), {"sector": ["s"], "name": ["Steel"]}
    negative = [{"region": "a", "sector": "s"} | dict.fromkeys(NET_PRODUCTS, -1e8)]
    shown = page_data.account(rows, sectors, negative, rates, named, names)
    assert said("account", shown, Words()) == (
        "In 2012 40 hundred million hours are worked and 4.0 change hands between the cities: 1 of 3 receive. "
        "Most is received by Bland (+4.0); most is paid by Aland (−3.0), Dland (−1.0)."
    )
    assert [row.key for row in shown.regions.rows] == ["b", "d", "a"] and not shown.traded
    assert shown.regions.total[0] == 40 and shown.regions.total[1] == 0
    assert shown.sectors.rows[0].name == "Steel" and shown.estimated == ["Bland"]
    assert shown.negative[0].numbers == [-1.0] * 4 and [row.numbers for row in shown.rates] == [[10.0]] * 3
    rows["2012"] = accounted("region", exports=5e7, a=(1e9, 0.0))
    traded = page_data.account(rows, sectors, negative, rates, named, names)
    assert traded.traded and traded.regions.total[-2:] == [0.5, 0.5] and not traded.receivers


CERTIFIED = {"certificate": True, "value_error_bound": 2e-12, "condition_number": 9.0}
CERTIFIED |= {"profit_rate_lower": 0.1, "profit_rate_upper": 0.1 + 2e-13}
WORSE = CERTIFIED | {"value_error_bound": 4e-12, "condition_number": 12.3}
PAIR = {
    "year": 2012,
    "other_year": 2017,
    "profit_rate": 0.2309,
    "sectors_without_hours": "",
    "sectors_without_price_index": "",
}
UNKNOWN = PAIR | {"profit_rate": None, "sectors_without_hours": "33"}
SAID = {
    "a certificate by its worst year": (
        *("certificate", page_data.certificate({"2012": CERTIFIED, "2015": WORSE})),
        "by more than 4e-12 of itself; condition number at most 12.3. r[*] is known to 1e-13.$",
    ),
    "a missing certificate by its year": (
        *("certificate", page_data.certificate({"2012": CERTIFIED, "2015": CERTIFIED | {"value_error_bound": None}})),
        "^No bound of the errors of values is proven in 2015.$",
    ),
    "a switch point": ("switches", [PAIR], "real wage: 2012 and 2017 at r = 23.09 %.$"),
    "two switch points": ("switches", [PAIR, PAIR], "2012 and 2017 at r = 23.09 %; 2012 and 2017 at r = 23.09 %.$"),
    "no switch point": ("switches", [PAIR | {"profit_rate": None}], "^No switch points: at every profit rate"),
    "years that are not compared": (
        *("switches", [UNKNOWN]),
        "^2012 and 2017 are not compared: hours of 33 are unknown.$",
    ),
    "current prices": (
        *("switches", [PAIR | {"profit_rate": None, "sectors_without_price_index": "01 02"}]),
        "^The techniques of different years are not compared: .* price index of each sector",
    ),
    "a price index that is not known": (
        *("switches", [PAIR, PAIR | {"profit_rate": None, "sectors_without_price_index": "02"}]),
        "r = 23.09 %.*2012 and 2017 are not compared: the price index of 02 is unknown.$",
    ),
    "one year": ("switches", [], "^$"),
    "the closure of the paper": ("closure", {"model": "son", "wage": "basket"}, "^$"),
    "another closure": (
        *("closure", {"model": "circulating", "wage": "new_interpretation"}),
        "chosen: profit .* without fixed capital; wages are a share of the net product.$",
    ),
}


@pytest.mark.parametrize(("macro", "numbers", "text"), SAID.values(), ids=SAID)
def test_a_sentence_words_its_numbers(macro, numbers, text):
    assert re.search(text, said(macro, numbers))


def test_numbers_have_no_more_digits_than_are_certain():
    assert page_data.certified_form("{:.4f}", [1e-12, 1e-9]) == "{:.4f}"
    form = page_data.certified_form("{:.4f}", [1e-12, 4e-4])
    assert form.format(0.0123456) == "0.0123"
    assert page_data.certified_form("{:.4f}", [None]) == "{:.1g}"


def test_a_robustness_check_counts_the_slopes_that_keep_sign_and_significance():
    def row(stars, **check):
        return {"estimate": 1.0, "stars": stars} | check

    rows = {
        "log1p": [
            row("***", robust_estimate=0.9, robust_stars="*"),
            row("**", robust_estimate=-0.5, robust_stars="***"),
            row("*", robust_estimate=0.8, robust_stars=""),
            row("", robust_estimate=1.1, robust_stars="*"),
        ],
        "holm": [row("**", holm_stars_all="*"), row("*", holm_stars_all="")],
        "anderson_rubin": [row("***", ar_p_value=0.02), row("", ar_p_value=None)],
    }
    checks = page_data.robustness(rows, Subject(None, Words("province", "provinces", "China")))
    assert [one[2:] for one in checks] == [(4, 3, 1, 1), (2, 2, 1, 0), (2, 1, 1, 0)]
    assert [one.title for one in checks][:2] == ["ln(1 + x) in the place of ln x", "Holm-adjusted p-values"]
