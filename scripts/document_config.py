"""Write config/config.yaml and the generated tables of the handbook, or check that they follow from their sources.

The config and the tables of its keys come from the schema, the tables of variables and of tables from their registers.

python scripts/document_config.py write
python scripts/document_config.py check
"""

from pathlib import Path

from laborvalue.errors import InputError
from laborvalue_workflow import handbook
from laborvalue_workflow.data import files
from laborvalue_workflow.running.commandline import run

HOME = Path(__file__).parents[1]


def document_config(action, /):
    if action not in ("write", "check"):
        raise InputError(f"document_config.py: {action!r} is no action; expected write or check")
    for path, (text, source) in handbook.generated(HOME).items():
        if action == "write":
            files.write_text(path, text)
        elif path.read_text(encoding="utf-8") != text:
            raise InputError(f"{path}: differs from what {source}, then run python scripts/document_config.py write")


if __name__ == "__main__":
    run(document_config)
