from pathlib import Path

import dagster as dg


@dg.definitions
def defs() -> dg.Definitions:
    return dg.Definitions.merge(
        dg.load_from_defs_folder(project_root=Path(__file__).resolve().parents[2]),
        dg.Definitions(resources={"io_manager": dg.FilesystemIOManager(base_dir="../data")}),
    )
