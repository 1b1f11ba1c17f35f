"""Units as statistical tables state them ("M.EUR", "1000 p", "万元"), compared with what config and mapping declare."""

import math
import re
from dataclasses import dataclass
from enum import StrEnum

from laborvalue.errors import InputError
from laborvalue_workflow.screening.findings import STATED, Note, warning

CODES = (
    "EUR USD CNY RMB CNH JPY GBP AUD CAD CHF KRW BRL INR MXN RUB IDR SEK DKK NOK PLN CZK HUF RON BGN ZAR TWD HKD SGD "
    "NZD ARS CLP COP ILS SAR AED THB MYR PHP VND PKR BDT EGP NGN TRY"
).split()
CURRENCY_NAMES = (  # the first that occurs counts; None: money, of which country is not said
    *((r"美元|\bus ?\$|\bus dollars?\b", "USD"), (r"欧元|€|\beuros?\b", "EUR"), (r"日元|\byen\b", "JPY")),
    *((r"元|人民币|\byuan\b|\brenminbi\b", "CNY"), (r"£|\bpounds?\b", "GBP")),
    (r"[$¥]|\bdollars?\b|\b(?:lcu|ncu)\b|\bcurrency\b|\bmonetary\b", None),
)
CODE = re.compile(rf"(?<![a-z])(mio|mn|bn|[kmb])?[ ._]*({'|'.join(CODES).lower()})(?![a-z])")
HOURS = {*("h", "hr", "hrs", "hour", "hours", "manhours", "小时", "工时")}
PERSONS = {
    *("p", "pers", "person", "persons", "people", "worker", "workers", "employee", "employees", "employed"),
    *("head", "heads", "job", "jobs", "fte", "人"),
}
PHYSICAL = {
    *("t", "kt", "mt", "gt", "kg", "g", "gg", "tg", "mg", "ton", "tons", "tonne", "tonnes", "吨", "lb", "lbs"),
    *("j", "kj", "mj", "gj", "tj", "pj", "ej", "toe", "ktoe", "mtoe", "tce", "kwh", "mwh", "gwh", "twh", "btu", "度"),
    *("m2", "km2", "m3", "km3", "mm3", "m²", "km²", "m³", "mm³", "km", "ha", "l", "litre", "litres", "liter", "liters"),
    *("barrel", "barrels", "bbl", "piece", "pieces", "unit", "units", "item", "items", "number"),
}
FACTORS = {
    **dict.fromkeys(("thousand", "thousands", "thous", "tsd", "k"), 1e3),
    **dict.fromkeys(("wan",), 1e4),
    **dict.fromkeys(("million", "millions", "mill", "mio", "mn", "mln", "m"), 1e6),
    **dict.fromkeys(("billion", "billions", "bn", "bln", "mrd", "b"), 1e9),
    **dict.fromkeys(("trillion", "trillions", "trn"), 1e12),
}
CHINESE_FACTORS = {"十": 10, "百": 100, "千": 1e3, "万": 1e4, "亿": 1e8}
PER_DOLLAR = {  # currency units per US dollar in their order of magnitude; of others it has changed too much
    **dict.fromkeys(("USD", "EUR", "GBP", "AUD", "CAD", "CHF", "NZD", "SGD", "BGN"), 1),
    **dict.fromkeys(("BRL", "PLN", "ILS", "SAR", "AED", "MYR"), 3),
    **dict.fromkeys(("CNY", "SEK", "DKK", "NOK", "HKD", "ZAR", "MXN"), 8),
    **dict.fromkeys(("CZK", "TWD", "THB", "INR", "PHP"), 30),
    **dict.fromkeys(("JPY", "PKR", "BDT"), 100),
    **{"HUF": 250, "CLP": 600, "KRW": 1000, "COP": 2500, "IDR": 10_000, "VND": 20_000},
}
HOURS_OF_A_PERSON = (100, 8784)  # in a year; 220 to 4,430 in the industries of WIOD 2013
LISTED = 4  # units in a message
SHARE = (0.01, 10)  # a weight over what the units say: a share of a row, such as a rate of depreciation, not a unit


class Measure(StrEnum):
    """What a unit measures."""

    MONEY = "money"
    HOURS = "hours"
    PERSONS = "persons"
    PHYSICAL = "a physical unit"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Unit:
    """A unit as stated: how many hours, persons or currency units are 1 in the file; the currency's code if known."""

    text: str
    measure: Measure
    factor: float = 1.0
    currency: str | None = None

    @property
    def meaning(self):
        """What two statements of the same unit have in common."""
        is_money = self.measure == Measure.MONEY
        return (self.measure, self.factor, self.currency) if is_money else (self.measure, self.text)


@dataclass(frozen=True)
class Statement:
    """What a file states of a unit, and whether the config says the same; one that does not is the fault `unit`."""

    where: str  # the file, sheet or row
    states: str
    expected: str  # by the config
    agrees: bool
    block: str = STATED  # of its finding


def parse_unit(text):
    """The Unit that a text states; of measure UNKNOWN where it says nothing that is known."""
    plain = re.sub(r"\s*(?:/|\bper\b)\s*(?:yr|year|y|a)\b", "", str(text).strip().lower())
    if "/" in plain or re.search(r"\bper\b", plain):
        return Unit(str(text), Measure.PHYSICAL)  # a ratio, such as kg per euro
    currency, prefix, is_money = _currency(plain)
    tokens = re.findall(r"[a-z]+[23²³]?|[一-鿿]+", plain)
    factor = _factor(plain, tokens if not prefix else [token for token in tokens if not CODE.fullmatch(token)])
    if prefix and prefix not in tokens:
        factor *= FACTORS[prefix]
    if is_money:
        return Unit(str(text), Measure.MONEY, factor, currency)
    for measure, words in ((Measure.HOURS, HOURS), (Measure.PERSONS, PERSONS), (Measure.PHYSICAL, PHYSICAL)):
        if words & {re.sub("[十百千万亿]", "", token) for token in tokens}:
            return Unit(str(text), measure, factor)
    return Unit(str(text), Measure.UNKNOWN, factor)


def _currency(plain):
    """(code or None, a prefix such as k or m, whether the text names money)."""
    if match := CODE.search(plain):
        code = match[2].upper()
        return "CNY" if code in ("RMB", "CNH") else code, match[1], True
    for names, code in CURRENCY_NAMES:
        if re.search(names, plain):
            return code, None, True
    return None, None, False


def _factor(plain, tokens):
    """The product of the powers of ten that a text names: digits (years are not), words, Chinese numerals."""
    factor = math.prod(FACTORS.get(token, 1) for token in tokens)
    digits = re.sub(r"(?<=\d)[ ,](?=\d{3}\b)", "", plain)
    digits = re.sub(r"^\W?(?=000\b)", "1", digits)  # '000 USD: thousands, without their 1
    if power := re.search(r"10\s*(?:\^|\*\*)\s*(\d+)", digits):
        factor *= 10.0 ** int(power[1])
    elif power := re.search(r"\b1e\+?(\d+)", digits):
        factor *= 10.0 ** int(power[1])
    elif power := re.search(r"(?<![\d.])10+(?![\d.])", digits):
        factor *= float(power[0])
    numerals = re.search(r"[十百千万亿]+(?=元|人|小时|工时|美元|欧元|日元)", plain)
    return factor * math.prod(CHINESE_FACTORS[sign] for sign in numerals[0]) if numerals else factor


def unit_of_system(path, stated):
    """The Unit of the money in a system, from its file of units; None where it states none.

    stated: label -> text. Raises InputError where sectors have different units, or one that is not money.
    """
    first, counts = {}, {}
    for label, text in stated.items():
        if text.strip():
            first.setdefault(text.strip(), label)
            counts[text.strip()] = counts.get(text.strip(), 0) + 1
    units = [parse_unit(text) for text in first]
    wrong = [unit for unit in units if unit.measure not in (Measure.MONEY, Measure.UNKNOWN)]
    if wrong or len({unit.meaning for unit in units}) > 1:
        # what is no money is named first
        ordered = sorted(units, key=lambda unit: unit.measure == Measure.MONEY)[:LISTED]
        named = "; ".join(f"{unit.text!r} in {counts[unit.text]} rows, first {first[unit.text]}" for unit in ordered)
        more = f"; {len(units) - LISTED} more units" if len(units) > LISTED else ""
        raise InputError(
            f"{path}: found {named}{more}; expected one unit of money for all sectors: convert them, or save a "
            "monetary table"
        )
    return units[0] if units else None


def money_remarks(where, unit, money_unit, currency):
    """Statements, or a Note, on a Unit of money beside the config's unit and currency; None: currency not compared."""
    if unit.measure != Measure.MONEY:
        return [Note(f"{where}: the unit {unit.text!r} is not known; import.money_unit and import.currency were used.")]
    agrees = math.isclose(unit.factor, money_unit, rel_tol=1e-9)
    expected = f"{money_unit:g} (import.money_unit, or money_unit of the table in import.tables where it has another)"
    remarks = [Statement(where, f"states {unit.text!r}, {unit.factor:g} currency units per 1", expected, agrees)]
    if currency and unit.currency:
        declared = parse_unit(currency)
        code = declared.currency or (None if declared.measure == Measure.MONEY else currency)
        if code and code != unit.currency:
            remarks.append(Statement(where, f"states {unit.text!r}", f"import.currency, {currency!r}", False))
    return remarks


def _weight_remark(row, states, weight, expected):
    """A weight beside the one that the units say: a Statement where it is no share of it, else a warning."""
    if SHARE[0] < weight / expected < SHARE[1]:
        return warning(f"{row} {states}; the weight {weight:g} was used.")
    return Statement(
        row, f"{states}; its weight is {weight:g}", f"a weight of {expected:g}, or a share", False, "weight"
    )


def hours_remarks(row, weight, unit):
    """Statements and Notes on the unit of an extension's row that is taken as hours; weight: hours per 1 of it."""
    if unit.measure == Measure.HOURS:
        if math.isclose(unit.factor, weight, rel_tol=1e-9):
            return []
        return [_weight_remark(row, f"is in {unit.text!r}, {unit.factor:g} hours per 1", weight, unit.factor)]
    if unit.measure == Measure.PERSONS:
        each = weight / unit.factor
        states = f"is in {unit.text!r}: the weight {weight:g} makes {each:g} hours of each person"
        low, high = HOURS_OF_A_PERSON
        if low <= each <= high:
            return [warning(f"{row} {states}.")]
        return [Statement(row, states, f"{low:g} to {high:g} hours a year of a person", False, "weight")]
    if unit.measure == Measure.UNKNOWN:
        return [
            Note(f"{row}: the unit {unit.text!r} is not known; the weight {weight:g} was used as hours per 1 of it.")
        ]
    return [warning(f"{row} is in {unit.text!r}, not in hours; the weight {weight:g} was used as hours per 1 of it.")]


def input_remarks(row, weight, unit, money_unit, currency):
    """Statements and Notes on the unit of an extension's row that is taken as money.

    money_unit, currency: of the system, in currency units per 1 and as a code or None.
    """
    if unit.measure == Measure.UNKNOWN:
        return [Note(f"{row}: the unit {unit.text!r} is not known; the weight {weight:g} was used.")]
    if unit.measure != Measure.MONEY:
        return [
            warning(f"{row} is in {unit.text!r}, not in money; the weight {weight:g} was used as money per 1 of it.")
        ]
    remarks, ratio = [], unit.factor / money_unit
    if not math.isclose(ratio, 1, rel_tol=1e-9) and not math.isclose(weight, ratio, rel_tol=1e-9):
        remarks.append(_weight_remark(row, f"is in {unit.text!r}, {ratio:g} of the system's unit", weight, ratio))
    if unit.currency and currency and unit.currency != currency:
        remarks.append(warning(f"{row} is in {unit.text!r}, the system in {currency}; the weight {weight:g} was used."))
    return remarks


def stated_units(texts):
    """The different Units of money, with a factor, that cells of a heading state: "(10,000 yuan)", "单位：万元"."""
    stated = {}
    for text in dict.fromkeys(str(text).strip() for text in texts if isinstance(text, str)):
        parts = re.findall(r"[(（]([^()（）]+)[)）]", text)
        named = re.findall(
            r"(?:单位|\bunits?)\s*[:：]\s*([^()（）;；,，]+(?:,\d{3}[^()（）;；,，]*)?)", text, re.IGNORECASE
        )
        parts += re.findall(r"\bin ((?:10[0 ,]*|(?:thous|mill|bill|trill)\w+) [^,;:()]+)", text, re.IGNORECASE)
        for part in (*named, *parts, *([text] if len(text) <= 16 else [])):
            unit = parse_unit(part.strip())
            if unit.measure == Measure.MONEY and (unit.factor != 1 or part in named):
                stated.setdefault(unit.meaning, unit)
    return list(stated.values())


def heading_remarks(where, texts, money_unit):
    """Statements on the units in the heading of a table; where it states several, the config's one is among them."""
    units = stated_units(texts)
    agreeing = [unit for unit in units if math.isclose(unit.factor, money_unit, rel_tol=1e-9)]
    return [remark for unit in agreeing[:1] or units for remark in money_remarks(where, unit, money_unit, None)]
