"""Write one year of the embedded economy: flows, final demand, primary inputs, hours."""

from laborvalue_workflow.data.dataset import read_regions
from laborvalue_workflow.running.commandline import run
from laborvalue_workflow.synthetic.economy import make_economy
from laborvalue_workflow.synthetic.profile import read_profile, read_recipes
from laborvalue_workflow.synthetic.writing import YearFiles, write_year


def generate_year(
    year: int, settings: dict, regions, sector_profiles, recipes, flows, final_demand, primary_inputs, labor
):
    keys, profile = read_regions(regions)["region"], read_profile(sector_profiles)
    economy = make_economy(profile, read_recipes(recipes), len(keys), year, settings["embedded"]["seed"])
    write_year(YearFiles(flows, final_demand, primary_inputs, labor), economy, keys, profile.sector)


if __name__ == "__main__":
    run(generate_year)
