"""Run by two interpreters: `python programs.py plait|dagster PROGRAM_PYTHON`. Assets whose programs use the real
`dagster_pipes`; prints as JSON what each of them came to."""

from __future__ import annotations

import json
import logging
import os
import sys
import warnings

warnings.simplefilter("ignore")
if sys.argv[1] == "plait":
    from describe import use_plait

    use_plait()

import dagster as dg  # noqa: E402

PYTHON = sys.argv[2]
CLIENT = """
import json, os, sys
from dagster_pipes import *
with open_dagster_pipes({loader}) as pipes:
    def made(**more):
        pipes.report_asset_materialization(**more)
    def checked(**more):
        pipes.report_asset_check(**more)
    say = pipes.report_custom_message
"""
NAMES = "asset_keys is_asset_step is_partition_step job_name retry_number extras code_version_by_asset_key "
NAMES += "provenance_by_asset_key"

# name -> what the program does, what the asset makes of it, arguments of the client, arguments of run
CASES = {
    "all kinds of metadata": (
        """
made(data_version="v1", metadata={"s": "a", "i": 1, "f": 1.5, "b": True, "n": None, "l": [1, {"a": 2}],
    "d": {"raw_value": {"a": 1}, "type": "json"}, "url": {"raw_value": "u", "type": "url"},
    "path": {"raw_value": "p", "type": "path"}, "nb": {"raw_value": "p", "type": "notebook"},
    "md": {"raw_value": "*p*", "type": "md"}, "float": {"raw_value": 2.5, "type": "float"},
    "int": {"raw_value": 2, "type": "int"}, "bool": {"raw_value": False, "type": "bool"},
    "run": {"raw_value": "r", "type": "dagster_run"}, "asset": {"raw_value": "a/b", "type": "asset"},
    "null": {"raw_value": None, "type": "null"}, "time": {"raw_value": 5.5, "type": "timestamp"},
    "schema": {"raw_value": {"columns": [{"name": "c", "type": "int", "description": "d",
        "constraints": {"nullable": False, "unique": True, "other": ["x"]}}]}, "type": "table_schema"},
    "table": {"raw_value": {"records": [{"c": 1}], "schema": [{"name": "c", "type": "int"}]}, "type": "table"}})
""",
        "get_materialize_result",
        {},
        {},
    ),
    "nothing reported": ("", "get_results", {}, {}),
    "nothing reported, and wanted": ("", "explicit", {}, {}),
    "check and materialization": (
        'made(); checked(check_name="c", passed=False, severity="WARN", metadata={"n": 1})',
        "get_materialize_result",
        {},
        {},
    ),
    "custom messages": ('say({"a": [1]}); say(None); say("x")', "custom", {}, {}),
    "what the program is told": (
        'say({name: getattr(pipes, name) for name in NAMES.split() if name != "run_id"})',
        "custom",
        {},
        {"extras": {"a": 1, "b": [None]}},
    ),
    "given in the environment": (
        "say(pipes.extras)",
        "custom",
        {"context_injector": "PipesEnvContextInjector"},
        {"extras": {"a": "ä"}},
    ),
    "output in messages": (
        'print("hello"); made()',
        "get_results",
        {"message_reader": "stdio"},
        {},
    ),
    "an exception": ('raise ValueError("no luck")', "get_results", {}, {}),
    "an exception after a report": ("made(); raise ValueError()", "get_results", {}, {}),
    "a bad end": ("made(); pipes.close(); os._exit(3)", "get_results", {}, {}),
    "never closed": ("made(); os._exit(0)", "get_results", {}, {}),
    "no protocol": (None, "get_results", {}, {}),
    "results are forgotten": ("made()", "forgotten", {}, {}),
    "a value instead of results": ("made()", "value", {}, {}),
    "an asset that is not the step's": ('made(asset_key="other")', "get_results", {}, {}),
    "not the step's, by hand": (
        'pipes._write_message("report_asset_materialization", '
        '{"asset_key": "other", "data_version": None, "metadata": None})',
        "get_results",
        {},
        {},
    ),
    "made twice": ("made(); made()", "get_results", {}, {}),
    "variables": (
        'say([os.environ.get(name) for name in ("A", "B")])',
        "custom",
        {"env": {"A": "client", "B": "client"}},
        {"env": {"A": "run"}},
    ),
    "folder": ("say(os.getcwd())", "custom", {"cwd": "/usr"}, {"cwd": "/"}),
}


def client_of(given: dict) -> dg.PipesSubprocessClient:
    given = dict(given)
    if "context_injector" in given:
        given["context_injector"] = getattr(dg, given["context_injector"])()
    if "message_reader" in given:
        given["message_reader"] = dg.PipesTempFileMessageReader(include_stdio_in_messages=True)
    return dg.PipesSubprocessClient(**given)


def outcome(name: str) -> dict:
    code, wanted, client, given = CASES[name]
    told: list = []
    text = CLIENT.format(loader="") + f"    NAMES = {NAMES!r}\n"
    text += "".join(f"    {line}\n" for line in (code or "").strip().split("\n"))
    command = ["true"] if code is None else [PYTHON, "-c", text]

    @dg.asset(check_specs=[dg.AssetCheckSpec("c", asset="thing")] if "check" in name else None)
    def thing(context, pipes: dg.PipesSubprocessClient):
        done = pipes.run(context=context, command=command, **given)
        told.extend(done.get_custom_messages())
        if wanted == "custom":
            return done.get_results()
        if wanted == "explicit":
            return done.get_materialize_result(implicit_materialization=False)
        if wanted in ("forgotten", "value"):
            return None if wanted == "forgotten" else 5
        return getattr(done, wanted)()

    result = dg.materialize([thing], resources={"pipes": client_of(client)}, raise_on_error=False)
    return {
        "success": result.success,
        "custom": told,
        "made": [
            of_event(event.materialization) for event in result.get_asset_materialization_events()
        ],
        "checks": [
            [check.check_name, check.passed, check.severity.value, values(check.metadata)]
            for check in result.get_asset_check_evaluations()
        ],
    }


def of_event(event) -> list:
    given = event.tags.get("dagster/data_version_is_user_provided") == "true"
    version = event.tags["dagster/data_version"] if given else None
    return [event.asset_key.to_user_string(), version, values(event.metadata)]


def values(metadata) -> dict:
    return {name: [type(value).__name__, repr(value.value)] for name, value in metadata.items()}


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # the programs print too
    json.dump({name: outcome(name) for name in CASES}, out, default=str)
