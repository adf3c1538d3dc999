"""dagster_steps.py HOW AT_ONCE: Dagster runs every asset of the module defs_job (see write_job) as one job, with a ledger
on disk. HOW is in_process, forkserver or spawn. Prints seconds per step, from the run's own start and end."""

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


def execute(how: str, at_once: int, instance: dg.DagsterInstance):
    job = defs_job.job()
    steps = len(list(job.graph.nodes))
    if how == "in_process":
        return job.execute_in_process(instance=instance), steps
    method = {"max_concurrent": at_once, "start_method": {how: {}}}
    config = {"execution": {"config": {"multiprocess": method}}}
    return dg.execute_job(dg.reconstructable(defs_job.job), instance, run_config=config), steps


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
