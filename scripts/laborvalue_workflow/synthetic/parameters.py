"""The figures of the embedded economy: totals, planted elasticities, faults. Money in yuan, labor in hours."""

MONEY_UNIT = 10_000  # yuan per unit of money in the accounts
CATEGORIES = ("rural_households", "urban_households", "government", "fixed_capital_formation", "inventories")
BASE_YEAR = 2015
GROSS_OUTPUT = {2012: 160.2e12, 2015: 208.1e12, 2017: 225.8e12}  # yuan, all sectors and cities
HOURS = {2012: 767e6 * 2300, 2015: 775e6 * 2300, 2017: 776e6 * 2300}  # persons times hours a year

# Elasticities; those of productivity hold exactly beside the unexplained part, those of digital input before the
# accounts are balanced.
DEVICE_TO_PRODUCTIVITY = 0.04
SERVICE_TO_PRODUCTIVITY = 0.09
SUPPLIERS_TO_PRODUCTIVITY = 0.29
AGGLOMERATION_TO_DIGITAL_INPUT = 0.3
TELEPHONES_TO_DIGITAL_GROWTH = 0.01  # per year, of digital output and of digital input
PLANTED = {
    "living_labor_productivity": {
        "of": "gross output per hour of living labor, relative to the sector",
        "device_input_share_relative": DEVICE_TO_PRODUCTIVITY,
        "service_input_share_relative": SERVICE_TO_PRODUCTIVITY,
        "mean_relative_productivity_of_suppliers": SUPPLIERS_TO_PRODUCTIVITY,
    },
    "digital_output": {
        "of": "gross output of both digital sectors",
        "telephones_1984_per_year_since_2015": TELEPHONES_TO_DIGITAL_GROWTH,
    },
    "digital_input_coefficient": {
        "of": "device and service input per unit of output, before the accounts are balanced",
        "digital_location_quotient": AGGLOMERATION_TO_DIGITAL_INPUT,
        "telephones_1984_per_year_since_2015": TELEPHONES_TO_DIGITAL_GROWTH,
    },
}

FAULT_EVERY = 6  # one region in six has a fault
SMALLEST_WITH_FAULTS = 6
IDLE_SECTORS = 8
NO_SURPLUS_INPUTS = 1.4  # domestic inputs per unit of output where there is no surplus
