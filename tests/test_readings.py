"""The readings: choices, samples, shared files, agreement, influence, distance, and the search for a hidden reading."""

import json
import re
import shutil

import numpy as np
import pyarrow as pa
import pytest
import yaml

import real_tables
from datasets import FEW_JOBS, HOME, SMALL_CONFIG, SMALL_LIMIT, copy_of, ran, snakemake, spelt
from laborvalue.accounts import Sectors
from laborvalue.econometrics.equations import BY_NUMBER, TOTAL_DIGITAL
from laborvalue.econometrics.estimation import CONSTANT, equation_samples
from laborvalue.errors import InputError
from laborvalue.indicators import RELATIVE
from laborvalue.readings import distance
from laborvalue.readings.agreement import INTERVAL, agreement_rows, median_over_readings
from laborvalue.readings.bootstrap import region_draws, resampled_slopes
from laborvalue.readings.choices import (
    HOURS,
    SECTORS,
    Alternative,
    Choice,
    Choices,
    Incompatible,
    Kind,
    Level,
    Space,
    weights_of,
)
from laborvalue.readings.estimates import ReadingEstimates
from laborvalue.readings.influence import moved, variance_shares
from laborvalue.readings.results import sorted_places
from laborvalue.readings.solution import allocated_hours, other_sectors
from laborvalue_workflow.data import files
from laborvalue_workflow.data.planned import PlannedDataset
from laborvalue_workflow.data.table_support import Lack
from laborvalue_workflow.data.yamlfiles import read, resolved
from laborvalue_workflow.readings.choices_file import read_choices
from laborvalue_workflow.readings.nodes import nodes_of, nodes_text, plan, space_of, space_text
from laborvalue_workflow.readings.plan import limits
from test_tables import options_with, simulated

FILE = HOME / "config/readings.yaml"
SCHEMAS = (HOME / "workflow/schemas/config.schema.yaml", HOME / "workflow/schemas/readings.schema.yaml")
DEFAULTS = resolved(read(HOME / "config/config.yaml", ""))
SETTINGS = {section: DEFAULTS[section] for section in ("values", "prices", "indicators", "regressions")}


def listed():
    return read_choices(FILE, *SCHEMAS)


def space(**changes):
    """The readings of a run with the default config, but for changes in a section: values={"scope": "own"}."""
    return Space(listed(), {name: keys | changes.get(name, {}) for name, keys in SETTINGS.items()})


def small_space(*sizes, pairs=()):
    """Choices values.a, values.b, ... with so many alternatives, the first of each the run's own."""
    named = {f"values.{chr(97 + k)}": size for k, size in enumerate(sizes)}
    choices = [
        Choice(name, "", "?", tuple(Alternative(str(place), place, 1 / size) for place in range(size)))
        for name, size in named.items()
    ]
    settings = {"values": {name.partition(".")[2]: 0 for name in named}}
    return Space(Choices(tuple(choices), tuple(pairs)), settings)


# Choices and readings


def test_the_first_reading_is_the_run_then_come_those_that_differ_in_one_choice():
    found = space()
    readings = found.readings(200, 1)
    assert (readings[0].kind, readings[0].places, readings[0].differs) == (Kind.RUN, found.own, 0)
    singles = [one for one in readings if one.kind is Kind.SINGLE]
    assert len(singles) == sum(len(choice.alternatives) - 1 for choice in found.choices)
    assert {one.differs for one in singles} == {1}
    assert [one.number for one in readings] == [*range(len(readings))]
    assert len({one.places for one in readings}) == len(readings)
    assert sum(one.kind is Kind.SAMPLE for one in readings) == 200


def test_the_sample_depends_on_the_seed_and_a_larger_one_contains_a_smaller():
    found = space()

    def sample(size, seed):
        return [one.places for one in found.readings(size, seed) if one.kind is Kind.SAMPLE]

    assert sample(50, 1) == sample(50, 1) == sample(200, 1)[:50]
    assert not {*sample(50, 1)} & {*sample(50, 2)}


def test_no_drawn_reading_has_an_incompatible_pair_or_what_the_dataset_cannot_take():
    absent = ("indicators.iv_telephones", "ln")
    found = Space(listed(), SETTINGS, {absent: "no telephones"})
    readings = found.readings(300, 1)
    assert not any(found.clash(one.places) for one in readings if not one.left_out)
    left = [one for one in readings if one.left_out == "no telephones"]
    assert len(left) == 1 and found.alternatives(left[0])[absent[0]] == absent[1]


def test_a_small_cross_is_listed_whole():
    readings = small_space(2, 3).readings(200, 1)
    assert sorted(one.places for one in readings) == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]


def graded_space(number, weights, limits=None):
    """So many choices with alternatives of these weights, the first of each the run's own."""
    alternatives = tuple(Alternative(str(place), place, weight) for place, weight in enumerate(weights))
    choices = tuple(Choice(f"values.{chr(97 + k)}", "", "?", alternatives) for k in range(number))
    return Space(Choices(choices), {"values": {chr(97 + k): 0 for k in range(number)}}, limits)


def test_readings_of_a_listed_cross_count_by_their_weights_and_all_of_them_where_it_is_whole():
    of, weights = graded_space(2, [0.5, 0.3, 0.2]), np.array([0.5, 0.3, 0.2])
    for one in of.readings(4, 1):
        assert one.importance == one.weight == pytest.approx(weights[list(one.places)].prod())
    for one in of.readings(3, 1):
        assert one.importance == (one.weight if one.kind is Kind.SAMPLE else 0)
    barred = graded_space(2, [0.5, 0.3, 0.2], {("values.a", "2"): "no"}).readings(9, 1)
    assert {one.importance for one in barred if one.left_out} == {0} and len(barred) == 7


def test_draws_from_a_large_cross_are_half_of_equal_chances_and_half_by_weight():
    """One alternative is barred; the weights of the others are then 7 and 2 ninths of the chances."""
    weights, chances = np.array([0.7, 0.2, 0.1]), np.array([7 / 9, 2 / 9])
    of = graded_space(20, weights, {(f"values.{chr(97 + k)}", "2"): "no" for k in range(20)})
    drawn = [one for one in of.readings(400, 1) if one.kind is Kind.SAMPLE]
    assert len(drawn) == 400
    for one in drawn:
        places = list(one.places)
        expected = weights[places].prod() / (0.5 / 2**20 + 0.5 * chances[places].prod())
        assert one.importance == pytest.approx(expected)
    # the share of the first alternatives, over the 20 choices of a draw: 1/2 or 7/9, with errors of 0.11 and 0.09
    shares = np.sort([one.places.count(0) / 20 for one in drawn])
    assert shares[:200].mean() == pytest.approx(0.5, abs=0.02) and shares[200:].mean() == pytest.approx(7 / 9, abs=0.02)
    assert np.mean([one.places[0] == 0 for one in drawn]) == pytest.approx((1 / 2 + 7 / 9) / 2, abs=0.08)


def test_alternatives_without_any_weight_have_equal_chances():
    drawn = [one for one in graded_space(16, [0.0, 0.0]).readings(300, 2) if one.kind is Kind.SAMPLE]
    assert np.mean([one.places.count(0) for one in drawn]) == pytest.approx(8, abs=0.4)


def test_a_clash_of_the_runs_own_choices_is_refused():
    pair = Incompatible("values.a", ("0",), "values.b", ("0",), "they say the opposite")
    with pytest.raises(InputError, match=r"values\.a 0 with values\.b 0: they say the opposite; change one of the two"):
        small_space(2, 2, pairs=[pair]).refuse_own_clash()


def test_weights_follow_from_grades():
    assert weights_of(0.8, 3) == pytest.approx([0.8, 0.1, 0.1])
    assert weights_of(None, 4) == [0.25] * 4
    for choice in space().choices:
        assert sum(one.weight for one in choice.alternatives) == pytest.approx(1)


def test_a_setting_that_the_file_does_not_list_is_an_alternative_of_its_run():
    found = space(prices={"tau": 12})
    (tau,) = [choice for choice in found.choices if choice.name == "prices.tau"]
    assert tau.alternatives[-1].value == 12 == tau.alternatives[found.own[found.choices.index(tau)]].value
    assert sum(one.weight for one in tau.alternatives) == pytest.approx(1)


# The shared files


def test_a_reading_shares_the_files_of_the_levels_that_its_choices_do_not_reach():
    found = space()
    by_choice = {}
    for one in found.readings(0, 1):
        for name in found.changes(one, Level.ESTIMATES):
            by_choice.setdefault(name, [found.key(one, level) != "" for level in Level])
    assert by_choice["values.scope"] == [True, True, True]
    assert by_choice["indicators.digital_flow"] == [False, True, True]
    assert by_choice["regressions.cluster"] == [False, False, True]


def test_readings_with_the_same_choices_upstream_have_one_file():
    found = plan(space(), 200, 1)
    for level in (Level.VALUES, Level.PANELS):
        distinct = {found.space.key(one, level) for one in found.computed} - {""}
        assert {*found.nodes[level]} == distinct
    assert len(found.nodes[Level.VALUES]) < len(found.nodes[Level.PANELS]) < len(found.nodes[Level.ESTIMATES])
    batched = [node for level in Level for nodes in found.batches(level).values() for node in nodes]
    assert len(batched) == len({node.key for node in batched}) == sum(len(nodes) for nodes in found.nodes.values())


def test_choices_of_the_regressions_alone_compute_no_values_and_no_panel():
    chosen = [choice for choice in listed().choices if choice.level is Level.ESTIMATES]
    names = {choice.name for choice in chosen}
    pairs = [pair for pair in listed().incompatible if {pair.first, pair.second} <= names]
    found = plan(Space(Choices(tuple(chosen), tuple(pairs)), SETTINGS), 200, 1)
    assert not found.nodes[Level.VALUES] and not found.nodes[Level.PANELS]
    assert len(found.nodes[Level.ESTIMATES]) == len(found.computed) > 5


def test_nodes_and_spaces_come_back_from_a_command_line():
    found = plan(space(), 100, 1)
    for level in Level:
        for nodes in found.batches(level).values():
            assert {**nodes_of(json.loads(nodes_text(nodes)))} == {node.key: node for node in nodes}
    again = plan(space_of(json.loads(space_text(found.space))), 100, 1)
    assert again.readings == found.readings and again.nodes == found.nodes


# Bad input


def refused(tmp_path, change):
    """What is said of config/readings.yaml after a change, line by line."""
    content = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    change(content)
    path = tmp_path / "readings.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_choices(path, *SCHEMAS)
    lines = str(error.value).splitlines()
    assert all(line.startswith(f"{path}: ") for line in lines)
    return [line.removeprefix(f"{path}: ") for line in lines]


def test_all_faults_of_the_file_are_told_at_once(tmp_path):
    def change(content):
        choices = content["choices"]
        choices["values.scop"] = choices.pop("values.scope")
        choices["prices.tau"]["alternatives"] = [10, -3]
        choices["regressions.cluster"]["grade"] = "Q"
        choices["hours"]["alternatives"]["uniform"] = "all_alike"
        content["incompatible"].append({"choices": {"prices.tau": [99], "values.nothing": ["x"]}, "because": "a test"})

    said = "\n".join(refused(tmp_path, change))
    assert re.search(r"^values\.scop is no choice; expected sectors, hours or a key such as ", said, flags=re.M)
    assert re.search(r"^prices\.tau: -3 is no alternative; expected ", said, flags=re.M)
    assert re.search(r"^regressions\.cluster: grade is 'Q'; expected one of C, S, I, \?$", said, flags=re.M)
    assert re.search(
        r"^hours: uniform is no alternative; expected dataset, national_by_sector, uniform$", said, flags=re.M
    )
    assert re.search(r"^incompatible: values\.nothing is no choice of this file; expected one of ", said, flags=re.M)


@pytest.mark.parametrize(
    ("choice", "alternatives", "twice"),
    [
        ("values.scope", ["network", "own", "own"], "own"),
        ("values.scope", {"a": "network", "b": "own", "c": "own"}, "own"),
        ("prices.tau", [10, 10.0], "10"),
        ("prices.tau", {"a": 5, "b": 10, "c": 10.0}, "10"),
        ("regressions.epsilon", [1e-13, 2e-13, 1.0e-13], "0.0000000000001"),
        ("prices.rural_sectors", [["01"], ["02", "01"], ["01", "02"]], '["01", "02"] and ["02", "01"]'),
        (
            "sectors",
            {"a": {"productive": ["01"], "other": ["2", "3"]}, "b": {"other": ["3", "2"], "productive": ["01"]}},
            'other ["3", "2"], productive ["01"] and productive ["01"], other ["2", "3"]',
        ),
    ],
)
def test_an_alternative_that_occurs_twice_is_named(choice, alternatives, twice, tmp_path):
    def change(content):
        content["choices"] = {choice: {"decides": "a", "grade": "S", "alternatives": alternatives}}
        content["incompatible"] = []

    said = f"{choice}: the alternative {twice} occurs twice; expected different alternatives"
    assert refused(tmp_path, change) == [said]


def test_a_dataset_leaves_out_by_name_what_it_cannot_take():
    described = PlannedDataset(
        years=[2012, 2017],
        sectors=["01", "36", "38"],
        regions=[],
        tables={2012: {}, 2017: {}},
        lacking={6: Lack.THIRD_YEAR, 8: Lack.TELEPHONES},
    )
    found = limits(listed(), described, lambda name, value: "no rows of imports" if value == "domestic_only" else None)
    assert found["values.imports", "domestic_only"] == "no rows of imports"
    assert found["prices.capital_rule", "external"] == "the dataset has no table capital_stock for 2012, 2017"
    assert found[SECTORS, "swap_37_38"] == "the dataset has no sector 37"
    assert {why for (name, _), why in found.items() if name == "indicators.iv_telephones"} == {
        "the dataset has no telephones of 1984"
    }
    assert "which the lead of labor productivity needs" in found["indicators.lp_relative", "true"]
    assert not any(name == HOURS for name, _ in found)


# What the readings say together


def test_agreement_counts_signs_and_stars_and_weighs_them():
    slopes = np.array([[1.0, -2.0], [2.0, 1.0], [-1.0, np.nan], [3.0, 5.0]])
    stars = np.array([[True, True], [False, True], [True, False], [True, True]])
    found = agreement_rows(
        slopes,
        stars,
        np.array([1.0, 3.0, 0.0, 4.0]),
        np.repeat(slopes[:, None], 3, axis=1),
        np.array([0.5, -0.1]),
        np.array([True, False]),
    )
    assert found.readings.tolist() == [4, 3]
    assert found.share_same_sign.tolist() == pytest.approx([3 / 4, 1 / 3])
    assert found.share_same_sign_and_stars.tolist() == pytest.approx([2 / 4, 0])
    assert found.weighted_same_sign.tolist() == pytest.approx([1, 1 / 8])
    assert found.share_significant.tolist() == pytest.approx([3 / 4, 1])
    assert found.median.tolist() == found.median_low.tolist() == found.median_high.tolist() == [1.5, 1.0]


def test_the_median_over_readings_is_that_of_numpy_without_the_gaps():
    slopes = np.random.default_rng(1).normal(size=(31, 6))
    slopes[np.random.default_rng(2).random(slopes.shape) < 0.3] = np.nan
    slopes[:, 5] = np.nan
    assert median_over_readings(slopes)[:5] == pytest.approx(np.nanmedian(slopes[:, :5], axis=0))
    assert np.isnan(median_over_readings(slopes)[5])


def test_main_effects_of_an_additive_slope_explain_all_of_its_variance():
    """A full cross is balanced: the shares are those of the sums of squares between the alternatives."""
    places = np.array([(a, b) for a in range(3) for b in range(2)] * 2)
    effects = np.array([0.0, 1.0, 5.0])[places[:, 0]] + np.array([0.0, 2.0])[places[:, 1]]
    shares, counted = variance_shares(effects[:, None], places)
    between = [np.var([0.0, 1.0, 5.0]), np.var([0.0, 2.0])]
    assert shares[:, 0] == pytest.approx(np.array(between) / sum(between))
    assert counted.tolist() == [12]
    low, high = moved(effects[:, None], places, (places > 0).sum(axis=1) == 1)
    assert (low[:, 0].tolist(), high[:, 0].tolist()) == ([0, 0], [5, 2])


def test_the_distance_is_zero_for_the_printed_numbers_alone_and_equal_readings_share_a_rank():
    printed, error = np.array([0.2, -0.4]), np.array([0.01, 0.1])
    slopes = np.array([[0.2, -0.4], [0.3, -0.4], [0.3, -0.4], [0.2, np.nan]])
    found = distance.coefficients(slopes, printed, error)
    assert found[0] == 0 and found[1:3] == pytest.approx(np.log(11) / 2)
    assert found[3] == 0  # no reading differs in the slope that it lacks
    nothing = np.full(4, np.nan)
    assert distance.distances(found, nothing, nothing, nothing).rank.tolist() == [1, 3, 3, 1]


def test_national_hours_are_given_by_compensation_and_their_total_does_not_change():
    """Two regions, three sectors; one number of hours unknown, one sector without output in a region."""
    hours = np.array([[10.0, 6.0, np.nan], [30.0, 4.0, 8.0]])
    compensation, output = np.array([[1.0, 1.5, 3.0], [4.0, 0.5, 2.0]]), np.array([[5.0, 9.0, 9.0], [9.0, 0.0, 9.0]])
    assert allocated_hours("dataset", hours, compensation, output) is hours
    by_sector = allocated_hours("national_by_sector", hours, compensation, output)
    assert by_sector == pytest.approx(np.array([[8, 6, np.nan], [32, 4, 8]]), nan_ok=True)
    uniform = allocated_hours("uniform", hours, compensation, output)
    rate = (10 + 6 + 30 + 8) / (1 + 1.5 + 4 + 2)
    assert uniform == pytest.approx(np.array([[rate, 1.5 * rate, np.nan], [4 * rate, 4, 2 * rate]]), nan_ok=True)
    unit = 2.0**-60  # a sector that pays nothing has no number of hours
    none = allocated_hours("national_by_sector", hours, unit * compensation * [0, 1, 1], unit * output)
    assert np.isnan(none[:, 0]).all() and none[:, 1] == pytest.approx([6, 4])


def test_a_reading_may_take_other_sectors_as_productive():
    keys = np.array(["a", "b", "c"])
    of = Sectors(keys, np.array([True, True, False]), np.ones(3), np.array([""] * 3))
    assert other_sectors(of, ["c"], ["a"]).productive.tolist() == [False, True, True]
    for productive, other, message in ((["a"], [], "productive"), ([], ["c"], "non-productive")):
        with pytest.raises(InputError, match=f" is {message} in the dataset already"):
            other_sectors(of, productive, other)
    with pytest.raises(InputError, match="the dataset has no sector d"):
        other_sectors(of, ["d"], [])


def test_the_slopes_of_all_readings_are_in_the_order_of_their_equations():
    def estimated(*places):
        rows = dict(zip(("table", "column", "term"), zip(*places, strict=True), strict=True))
        return ReadingEstimates({name: list(of) for name, of in rows.items()}, {}, np.zeros(0), {}, {})

    first = estimated((4, 1, "z"), (4, 1, "a"), (4, 1, CONSTANT), (3, 2, "b"))
    other = estimated((3, 1, "c"), (4, 1, "b"), (4, 1, "z"))
    expected = [(3, 1, "c"), (3, 2, "b"), (4, 1, "z"), (4, 1, "a"), (4, 1, "b")]
    assert sorted_places([first, other]) == expected


def test_distances_by_hand():
    """Two readings; in logs, the first is off by 0.3 and 0.4, the second by nothing and lacks one."""
    printed = np.array([1.0, 2.0])
    logs = np.array([[1.3, 2.4], [1.0, np.nan]])
    expected = [np.sqrt((0.3**2 + 0.4**2) / 2), np.sqrt(0.4**2 / 2)]
    assert distance.mean_logs(logs, printed) == pytest.approx(expected)
    assert distance.table02(np.exp(logs), np.exp(printed)) == pytest.approx(expected)
    assert distance.observations(np.exp(logs), np.exp(printed)) == pytest.approx([0.35, 0.2])
    assert distance.table02(np.array([[-0.5]]), np.ones(1)).tolist() == pytest.approx([np.nan], nan_ok=True)
    nothing = np.full(2, np.nan)
    found = distance.distances(np.array([1.0, 3.0]), np.array([4.0, 4.0]), nothing, np.zeros(2))
    assert found.total.tolist() == [0.75, 1.25] and found.rank.tolist() == [1, 2]
    assert distance.distances(*[np.array([2.0])] * 3, np.array([np.nan])).total.tolist() == [1]
    assert distance.distances(*[np.zeros(2)] * 2, nothing, nothing).total.tolist() == [0, 0]


def test_the_interval_of_a_median_is_that_of_its_draws_and_one_reading_is_its_own_median():
    draws = np.random.default_rng(4).normal(size=(1, 200, 1))
    alone = np.array([[1.5]])
    found = agreement_rows(alone, alone > 0, np.ones(1), draws, np.ones(1), alone[0] > 0)
    assert found.median.tolist() == [1.5] and found.share_same_sign_and_stars.tolist() == [1]
    assert [found.median_low[0], found.median_high[0]] == pytest.approx(np.percentile(draws, INTERVAL).tolist())
    assert median_over_readings(np.array([[np.nan, np.nan], [2.0, np.nan]])).tolist() == pytest.approx(
        [2, np.nan], nan_ok=True
    )


def slope_by_dummies(data, unit, year, instrumented):
    """The first slope by least squares, or two stages of it, with a dummy for each unit and year."""
    dummies = np.hstack([unit[:, None] == np.unique(unit), year[:, None] == np.unique(year)[1:]])
    if instrumented:
        first = np.hstack([data[:, -1:], dummies])
        data = np.column_stack([data[:, 0], first @ np.linalg.lstsq(first, data[:, 1], rcond=None)[0]])
    return np.linalg.lstsq(np.hstack([data[:, 1:], dummies]), data[:, 0], rcond=None)[0][0]


@pytest.mark.parametrize("number", [3, 4, 8])
def test_a_slope_on_drawn_regions_is_that_of_a_panel_that_holds_each_as_often(number):
    columns = simulated(regions=6, sectors=3)
    kept = ~((np.array(columns["region"]) == "02") & (columns["year"] > columns["year"].min()))
    panel = pa.table({name: np.asarray(column)[kept] for name, column in columns.items()})  # singletons in region 02
    counts = region_draws(6, 8, seed=3)
    assert counts.shape == (8, 6) and (counts.sum(axis=1) == 6).all() and (counts != counts[0]).any()
    for sample in equation_samples(BY_NUMBER[number], panel, options_with()):
        region = np.unique(np.array(panel["region"]), return_inverse=True)[1][sample.enters]
        found = resampled_slopes(sample, region, counts)
        for slope, count in zip(found, counts, strict=True):
            rows = np.repeat(np.arange(len(region)), count[region])
            copy = np.concatenate([np.arange(count[place]) for place in region])
            unit = sample.entity[rows] * 100 + copy
            instrumented = bool(sample.equation.instrument)
            expected = slope_by_dummies(sample.data[rows], unit, sample.time[rows], instrumented)
            assert slope == pytest.approx(expected, rel=1e-8)


def test_a_draw_of_one_unit_alone_has_no_slope():
    panel = pa.table(simulated(regions=6, sectors=1))
    counts = np.array([[6, 0, 0, 0, 0, 0], [1, 1, 1, 1, 1, 1]])
    sample = next(equation_samples(BY_NUMBER[3], panel, options_with()))
    slopes = resampled_slopes(sample, np.unique(np.array(panel["region"]), return_inverse=True)[1], counts)
    assert np.isnan(slopes[0]) and np.isfinite(slopes[1])


# A run


@pytest.fixture(scope="module")
def home(small, tmp_path_factory):
    """A copy of the finished run with its readings, figures and page; the economy is synthetic and has five sectors."""
    folder = copy_of(small, tmp_path_factory.mktemp("readings") / "home")
    finished = snakemake(*call("readings"), folder=folder)
    assert finished.returncode == 0, finished.stderr[-3000:]
    (folder / "said.txt").write_text(finished.stdout + finished.stderr)
    return folder


def call(*targets, **config):
    """The words of a call on the small economy with 40 drawn readings."""
    return (*SMALL_LIMIT, *targets, "--config", *spelt(SMALL_CONFIG | {"readings": {"sample": 40}} | config))


def file_rows(path, *texts):
    return files.read_table(path, texts=texts).to_pylist()


def of_reading(folder, number):
    """{(table, column, term): (estimate, standard error, N, stars)} of a reading."""
    return {
        (row["table"], row["column"], row["term"]): (row["estimate"], row["std_error"], row["n"], row["stars"])
        for row in file_rows(folder / "readings/readings.parquet")
        if row["reading"] == number
    }


def of_tables(folder):
    """The same from the tables of a run; readings have one name for total digital input and its relative variable."""
    one_name = {RELATIVE[TOTAL_DIGITAL]: TOTAL_DIGITAL}
    found = {}
    for number in range(3, 11):
        for row in file_rows(folder / f"tables/table{number:02}.csv", "term", "stars"):
            found[row["table"], row["column"], one_name.get(row["term"], row["term"])] = tuple(
                row[name] for name in ("estimate", "std_error", "n", "stars")
            )
    return found


def same_estimates(first, second):
    assert first.keys() == second.keys() and len(first) > 40
    for place, (estimate, error, n, stars) in first.items():
        assert second[place][2:] == (n, stars), place
        assert second[place][:2] == pytest.approx((estimate, error), rel=1e-9, abs=1e-12), place


def chosen(folder, number):
    """{choice: alternative} of a reading."""
    return {
        row["choice"]: row["alternative"]
        for row in file_rows(folder / "readings/choices.csv", "choice", "alternative")
        if row["reading"] == number
    }


def config_of(alternatives):
    """The sections of a config that has the alternatives of a reading, those of sectors and hours left out."""
    values = {choice.name: {one.name: one.value for one in choice.alternatives} for choice in listed().choices}
    sections = {}
    for name, alternative in alternatives.items():
        section, _, key = name.partition(".")
        if key:
            sections.setdefault(section, {})[key] = values[name].get(alternative, ["s0"])
    return sections


def hidden_reading(folder):
    """The first drawn reading that a config can ask for, and its sections: with the dataset's sectors and hours."""
    computed = {row["reading"] for row in file_rows(folder / "readings/distance.csv")}
    for row in file_rows(folder / "readings/register.csv", "kind"):
        taken = chosen(folder, row["reading"])
        if row["kind"] == "sample" and row["reading"] in computed and taken[HOURS] == taken[SECTORS] == "dataset":
            return row["reading"], config_of(taken)
    raise AssertionError("no drawn reading has the sectors and hours of the dataset")


@pytest.mark.slow
def test_the_first_reading_has_the_tables_of_the_run(home):
    same_estimates(of_tables(home / "results/small"), of_reading(home / "results/small", 0))


@pytest.mark.slow
def test_every_reading_is_computed_or_left_out_with_its_reason(home):
    results = home / "results/small"
    registered = {row["reading"] for row in file_rows(results / "readings/register.csv", "kind")}
    computed = {row["reading"] for row in file_rows(results / "readings/distance.csv")}
    left = {
        row["reading"]: row["reason"]
        for row in file_rows(results / "readings/left_out.csv", "reason")
        if row["table"] is None
    }
    assert computed | {*left} == registered and not computed & {*left}
    assert "the dataset has no sector 37, 38" in left.values()
    said = (home / "said.txt").read_text()
    beforehand = len([why for why in left.values() if why.startswith(("the dataset", "incompatible"))])
    assert f"{len(registered)} readings of 29 choices, {beforehand} left out beforehand" in said


@pytest.mark.slow
def test_jobs_are_few_and_files_are_one_for_each_set_of_choices(home):
    """Readings run many to a process, and what two readings share is one file."""
    counted = ran((home / "said.txt").read_text())
    batches = [name for name in counted if re.fullmatch(r"reading_(values|panels|estimates)_\d+", name)]
    assert len(batches) <= 12 and {counted[name] for name in batches} == {1}
    made = {level: [*(home / f"results/small/readings/{level}").glob("*/*.npz")] for level in Level}
    readings = file_rows(home / "results/small/readings/register.csv", "kind")
    assert len(made[Level.VALUES]) < len(made[Level.PANELS]) < len(made[Level.ESTIMATES]) <= len(readings)


@pytest.mark.slow
def test_the_page_has_the_chapter_and_the_page_of_a_run_without_readings_has_not(home, small):
    with_readings = (home / "results/small/report.html").read_text(encoding="utf-8")
    assert 'id="readings"' in with_readings and "nothing in this chapter speaks about China" in with_readings
    assert 'id="readings"' not in (small / "results/small/report.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_hidden_reading_is_found_and_has_the_tables_of_a_run_with_its_config(home):
    """The tables of a run under one reading, taken as if they were printed: that reading is the nearest of all."""
    results = home / "results/small"
    number, sections = hidden_reading(results)
    finished = snakemake(*call("tables", "panel", run="hidden", **sections), folder=home)
    assert finished.returncode == 0, finished.stderr[-3000:]
    hidden = home / "results/hidden"
    same_estimates(of_tables(hidden), of_reading(results, number))
    searched = {"readings": {"sample": 40, "target": str(hidden)}}
    finished = snakemake(*call("results/small/readings/distance.csv", **searched), folder=home)
    assert finished.returncode == 0, finished.stderr[-3000:]
    assert ran(finished.stdout) == {"gather_readings": 1}
    distances = {row["reading"]: row for row in file_rows(results / "readings/distance.csv")}
    assert len(distances) >= 45 and distances[number]["rank"] <= 3
    assert distances[number]["coefficients"] < 1e-6 and distances[number]["n"] == 0
    shutil.rmtree(hidden)


# The provinces


@pytest.mark.slow
@real_tables.needs_provinces
def test_on_the_provinces_a_hidden_reading_is_found_and_the_page_says_what_holds(provinces, tmp_path):
    """Real tables: the nearest of all readings is the one whose tables are taken as if they were printed."""
    config = real_tables.provinces_config(tmp_path, provinces.name)
    sampled = ("--configfile", config, "--config", 'readings={"sample": 12}')
    finished = snakemake("readings", *sampled)
    assert finished.returncode == 0, finished.stderr[-3000:]
    says_what_holds(provinces)
    number, sections = hidden_reading(provinces)
    content = yaml.safe_load(config.read_text(encoding="utf-8")) | sections | {"run": f"{provinces.name}-hidden"}
    hidden = provinces.with_name(content["run"])
    config.with_name("hidden.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    try:
        finished = snakemake("tables", "panel", *FEW_JOBS, "--configfile", config.with_name("hidden.yaml"))
        assert finished.returncode == 0, finished.stderr[-3000:]
        same_estimates(of_tables(hidden), of_reading(provinces, number))
        searched = json.dumps({"sample": 12, "target": str(hidden)})
        target = f"results/{provinces.name}/readings/distance.csv"
        finished = snakemake(target, "--configfile", config, "--config", f"readings={searched}")
        assert finished.returncode == 0, finished.stderr[-3000:]
    finally:
        shutil.rmtree(hidden, ignore_errors=True)
    distances = {row["reading"]: row for row in file_rows(provinces / "readings/distance.csv")}
    assert len(distances) >= 45 and distances[number]["rank"] <= 3


def says_what_holds(results):
    """The chapter of the page says in three sentences how many slopes hold, fail and depend, as agreement.csv does."""
    shares = [row["share_same_sign_and_stars"] for row in file_rows(results / "readings/agreement.csv", "term")]
    estimated = [share for share in shares if share is not None]
    holds, fails = sum(share >= 0.9 for share in estimated), sum(share <= 0.1 for share in estimated)
    page = " ".join((results / "report.html").read_text(encoding="utf-8").split())
    chapter = page[page.index('<h2 id="readings">') :]
    assert "synthetic" not in chapter[:2000] and "other than the paper" in chapter[:2000]
    assert re.search(rf"<p>({holds}|None) of {len(estimated)} slopes? ", chapter)
    assert re.search(rf"<p>({fails}|None) (does|do|fails) ", chapter)
    assert re.search(rf"<p>(The other {len(estimated) - holds - fails}|No slope) ", chapter)
    for figure in ("readings_table03", "readings_tornado", "readings_agreement", "readings_distance"):
        assert f'id="figure-{figure}"' in chapter
