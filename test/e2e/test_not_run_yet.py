"""A project as people write it for Dagster: what plait does not run yet stands beside the assets and does not stop them."""

from __future__ import annotations

PROJECT = """
    @dg.asset(group_name="raw")
    def orders() -> list:
        return [3, 4]

    @dg.asset
    def report(orders) -> int:
        return sum(orders)

    nightly = dg.define_asset_job("nightly", selection=dg.AssetSelection.groups("raw") | dg.AssetSelection.assets("report"))

    midnight = dg.ScheduleDefinition(job=nightly, cron_schedule="0 0 * * *", execution_timezone="Europe/Berlin")

    @dg.sensor(job=nightly, default_status=dg.DefaultSensorStatus.RUNNING)
    def new_orders(context: dg.SensorEvaluationContext):
        yield dg.RunRequest(run_key="1")

    @dg.asset_check(asset=orders)
    def some_orders(orders) -> dg.AssetCheckResult:
        return dg.AssetCheckResult(passed=len(orders) > 0)

    defs = dg.Definitions(
        assets=[orders, report], jobs=[nightly], schedules=[midnight], sensors=[new_orders],
        asset_checks=[some_orders], resources={"io_manager": dg.FilesystemIOManager(base_dir=DATA)},
    )
"""


def test_a_whole_project_loads_warns_and_is_made(workspace):
    file = workspace.location("shop", PROJECT)
    workspace.plait("materialize")
    assert workspace.value("report") == 7
    shown = workspace.json("location", "show", "shop")
    assert shown["warnings"] == 4 and shown["error"] is None
    lines = file.read_text().splitlines()
    for problem, words in zip(
        shown["problems"], ("midnight", "new_orders", "nightly", "some_orders")
    ):
        assert problem["severity"] == "warning" and problem["file"] == str(file)
        assert "is not yet run by plait" in problem["message"]
        near = "\n".join(lines[problem["line"] - 1 : problem["line"] + 1])
        assert words in near
    text = workspace.plait("location", "show", "shop").out
    assert 'warning: schedule "nightly_schedule" is not yet run by plait' in text
    assert 'warning: asset check "some_orders"' in text
    listed = workspace.plait("location", "list").out
    assert "4 warnings: plait location show shop" in listed
    assert workspace.json("location", "list")[0]["warnings"] == 4


def test_a_partitioned_asset_is_left_out_with_what_depends_on_it(workspace):
    workspace.location(
        "shop",
        PROJECT.replace("assets=[orders, report]", "assets=[orders, report, daily, after]").replace(
            "    nightly =",
            """    @dg.asset(partitions_def=dg.DailyPartitionsDefinition(start_date="2024-01-01"))
    def daily(context):
        return context.partition_key

    @dg.asset(deps=[daily])
    def after(): ...

    nightly =""",
            1,
        ),
    )
    why = "asset daily cannot be made by plait yet: it is partitioned"
    plan = workspace.json("materialize", "--dry-run")
    assert [step["asset"] for step in plan["steps"]] == ["orders", "report"]
    daily, after = plan["left_out"]
    assert (daily["asset"], daily["location"]) == ("daily", "shop") and why in daily["reason"]
    assert after["reason"] == 'depends on "daily" (shop), which is left out'
    assert f"left out: daily (shop): {why}" in workspace.plait("materialize", "--dry-run").out
    done = workspace.plait("materialize")
    assert f'"daily" (shop) and 1 more are left out: {why}' in done.out + done.err
    steps = {key: step["status"] for key, step in workspace.steps().items()}
    assert steps == {"orders": "success", "report": "success"}
    assert workspace.value("report") == 7
    refused = workspace.plait("materialize", "--select", "daily", status=2)
    assert f"nothing to run: {why}" in refused.err
    assert workspace.json("location", "show", "shop")["warnings"] == 5


def test_a_name_that_changes_more_than_a_warning_says_so(workspace):
    workspace.location("shop", PROJECT + "    dg.DagsterInstance.get()\n")
    done = workspace.plait("location", "check", status=1)
    assert "DagsterInstance" in done.out + done.err and "does not cover" in done.out + done.err
