"""Compare a results folder with its provenance.json, or print where one of its files comes from.

python scripts/check_provenance.py results/replication
python scripts/check_provenance.py results/replication --of tables/table03.csv
"""

from laborvalue.errors import InputError
from laborvalue_workflow.running.commandline import run
from laborvalue_workflow.running.provenance_check import common_folder, differences, read, trace


def check_provenance(results, /, of=""):
    provenance = read(results)
    if of:
        return trace(provenance, str(common_folder(provenance) / of))
    if wrong := differences(results, provenance):
        more = f" and {len(wrong) - 5} more" if len(wrong) > 5 else ""
        raise InputError(f"{results}: {'; '.join(wrong[:5])}{more}; run the workflow again, or restore the files")
    print(f"{results}: {len(provenance['results'])} files agree with provenance.json")


if __name__ == "__main__":
    run(check_provenance)
