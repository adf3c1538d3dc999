"""dagster_steps.py HOW AT_ONCE: Dagster runs every asset of the module defs_job as one job, with a ledger on disk.

HOW is in_process, spawn, forkserver (preloading what Dagster's documentation names) or tuned: a forkserver that preloads every
module a run of these assets imports, found by running them once. Prints seconds per step, from the run's own start and end."""

import importlib.util
import os
import sys
import tempfile

sys.path.insert(0, os.getcwd())
import dagster as dg
import defs_job


def main(how: str, at_once: int) -> None:
    with tempfile.TemporaryDirectory(dir=".") as home:
        home = os.path.abspath(home)
        os.environ["DAGSTER_HOME"] = home
        with dg.DagsterInstance.from_config(home) as instance:
            result, steps = execute(how, at_once, instance)
            record = instance.get_run_record_by_id(result.run_id)
    assert result.success
    print((record.end_time - record.start_time) / steps)


def imported_by(job) -> list[str]:
    """Names of all modules that stand loaded after the job has run here, in the order they came."""
    assert job.execute_in_process().success
    found = [name for name, module in sys.modules.items() if getattr(module, "__spec__", None)]
    return [name for name in found if name != "__main__" and _importable(name)]


def _importable(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError, AttributeError):
        return False


def execute(how: str, at_once: int, instance: dg.DagsterInstance):
    job = defs_job.job()
    steps = len(list(job.graph.nodes))
    if how == "in_process":
        return job.execute_in_process(instance=instance), steps
    start = {"forkserver": {"preload_modules": imported_by(job)}} if how == "tuned" else {how: {}}
    method = {"max_concurrent": at_once, "start_method": start}
    config = {"execution": {"config": {"multiprocess": method}}}
    return dg.execute_job(dg.reconstructable(defs_job.job), instance, run_config=config), steps


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
