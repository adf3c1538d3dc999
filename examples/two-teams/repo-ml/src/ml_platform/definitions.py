"""What the ML platform team defines: everything below defs/, stored beside what the analytics team shares."""

import os
from pathlib import Path

import dagster as dg

PROJECT_ROOT = Path(__file__).resolve().parents[2]


@dg.definitions
def defs() -> dg.Definitions:
    shared = dg.FilesystemIOManager(base_dir=os.getenv("SHARED_ASSETS_PATH", "../data"))
    return dg.Definitions.merge(
        dg.load_from_defs_folder(project_root=PROJECT_ROOT),
        dg.Definitions(resources={"io_manager": shared}),
    )
