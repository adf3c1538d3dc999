"""calls.py SCENARIO RESULTS: what calls.c does, through the dagster-pipes package."""

from __future__ import annotations

import json
import sys
from typing import Any

import dagster_pipes


def get(context: Any, name: str, key: str | None) -> Any:
    try:
        return context.get_extra(key) if name == "extra" else getattr(context, name)
    except dagster_pipes.DagsterPipesError:
        return None


def report(context: Any, what: str, call: dict) -> None:
    if what == "materialization":
        context.report_asset_materialization(**call)
    elif what == "check":
        context.report_asset_check(call.pop("name"), call.pop("passed"), **call)
    elif what == "custom":
        context.report_custom_message(call["payload"])
    elif what == "stream":
        context.log_external_stream(call["stream"], call["text"])
    elif what == "log":
        getattr(context.log, call["level"].lower())("%s", call["message"])
    else:
        context.close(call.get("exception"))


def make(context: Any, call: dict) -> Any:
    what = call.pop("call")
    if what == "get":
        return get(context, call["name"], call.get("key"))
    try:
        report(context, what, call)
    except dagster_pipes.DagsterPipesError:
        return False
    return True


def main() -> None:
    with open(sys.argv[1]) as file:
        calls = json.load(file)
    in_arguments = "--dagster-pipes-context" in sys.argv
    loader = dagster_pipes.PipesCliArgsParamsLoader() if in_arguments else None
    with open(sys.argv[2], "w") as results:
        try:
            context = dagster_pipes.open_dagster_pipes(params_loader=loader)
        except Exception as e:
            print(e, file=sys.stderr)
            results.write("false\n")
            return
        results.write("true\n")
        for call in calls:
            results.write(json.dumps(make(context, call)) + "\n")


main()
