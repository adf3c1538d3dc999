"""What plait takes and does not run yet: it loads, it is told with its place, and any use of it is refused."""

from __future__ import annotations

import types
from datetime import datetime, timedelta

import plait as dg
import pytest
from plait.define.loading import find_definitions
from plait.errors import CheckError, PlaitNotCoveredError
from plait.later.partitions import described


@dg.asset
def one():
    return 1


JOB = dg.define_asset_job("nightly", selection="one")


@dg.schedule(cron_schedule="@daily", job=JOB)
def daily(context: dg.ScheduleEvaluationContext):
    return dg.RunRequest(run_key=None, run_config={"n": 1})


@dg.sensor(job=JOB)
def files(context: dg.SensorEvaluationContext):
    yield dg.RunRequest("a")


@dg.asset_check(asset=one, blocking=True)
def positive(one):
    return dg.AssetCheckResult(passed=one > 0)


@dg.op(out=dg.Out(int))
def add(x):
    return x + 1


@dg.job(tags={"a": "b"})
def of_ops():
    add(add(1))


def problems(defs) -> list:
    return [sentence for sentence, _ in defs.resolve().problems]


def test_each_is_told_once_with_its_place():
    defs = dg.Definitions(
        [one], schedules=[daily], sensors=[files, files], jobs=[JOB], asset_checks=[positive]
    )
    found = defs.resolve().problems
    assert [sentence.split(" is not yet run by plait")[0] for sentence, _ in found] == [
        'schedule "daily"',
        'sensor "files"',
        'job "nightly"',
        'asset check "positive"',
    ]
    with open(__file__, encoding="utf-8") as file:
        lines = file.read().splitlines()
    for (_, (path, line)), text in zip(found, ("@dg.schedule", "@dg.sensor", "JOB =", "@dg.asset")):
        assert path == __file__ and lines[line - 1].startswith(text)
    assert dg.materialize(defs.assets).asset_value("one") == 1


def test_what_is_not_in_the_definitions_is_not_told():
    assert problems(dg.Definitions([one])) == []


@pytest.mark.parametrize(
    ("make", "family"),
    [
        (lambda: dg.ScheduleDefinition(job=JOB, cron_schedule="0 0 * * *"), "schedules"),
        (lambda: dg.ScheduleDefinition("s", cron_schedule=["0 0 * * *"], target="*"), "schedules"),
        (lambda: dg.build_schedule_from_partitioned_job(JOB), "schedules"),
        (lambda: dg.SensorDefinition("s", evaluation_fn=lambda c: None), "sensors"),
        (lambda: dg.asset_sensor(asset_key="a", job=JOB)(lambda c, e: None), "sensors"),
        (lambda: dg.multi_asset_sensor(["a"], name="s")(lambda c: None), "sensors"),
        (lambda: dg.run_status_sensor(dg.DagsterRunStatus.SUCCESS)(lambda c: None), "sensors"),
        (lambda: dg.run_failure_sensor(lambda c: None), "sensors"),
        (lambda: dg.run_failure_sensor(name="s", monitored_jobs=[JOB])(lambda c: None), "sensors"),
        (lambda: dg.make_email_on_run_failure_sensor("a", "b", ["c"]), "sensors"),
        (
            lambda: dg.AutomationConditionSensorDefinition("s", target=dg.AssetSelection.all()),
            "sensors",
        ),
        (lambda: dg.build_sensor_for_freshness_checks(freshness_checks=[]), "sensors"),
        (lambda: dg.define_asset_job("j", dg.AssetSelection.groups("g").downstream()), "jobs"),
        (lambda: of_ops, "jobs"),
        (lambda: dg.graph(lambda: None).to_job(name="j"), "jobs"),
        (
            lambda: dg.multi_asset_check(specs=[dg.AssetCheckSpec("c", asset="one")])(lambda: None),
            "asset_checks",
        ),
        (
            lambda: dg.build_last_update_freshness_checks(
                assets=[one, "b"], lower_bound_delta=timedelta(1)
            )[0],
            "asset_checks",
        ),
    ],
)
def test_every_form_is_taken(make, family):
    (sentence,) = problems(dg.Definitions([one], **{family: [make()]}))
    assert "is not yet run by plait" in sentence


@pytest.mark.parametrize("family", ["schedules", "sensors", "jobs", "asset_checks"])
@pytest.mark.parametrize("wrong", [3, one, add, "text"])
def test_what_is_no_such_definition_is_refused(family, wrong):
    with pytest.raises(CheckError, match="of Definitions must be a"):
        dg.Definitions(**{family: [wrong]})


def test_conditions_and_policies_stay_with_their_assets():
    condition = dg.AutomationCondition.eager() & ~dg.AutomationCondition.in_progress().newly_true()
    policy = dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=1))

    @dg.asset(automation_condition=condition, freshness_policy=policy)
    def a(): ...

    @dg.multi_asset(
        outs={"b": dg.AssetOut(automation_condition=condition, freshness_policy=policy)}
    )
    def several(): ...

    specs = [dg.AssetSpec(key, automation_condition=condition) for key in ("c", "d", "e")]
    defs = dg.Definitions([a, several, *specs])
    assert problems(defs) == [
        "automation conditions are not yet evaluated by plait (a, b, c and 2 more)",
        "freshness policies are not yet evaluated by plait (a, b)",
    ]
    assert a.specs[0].automation_condition is condition
    changed = a.map_asset_specs(lambda spec: spec.merge_attributes(tags={"t": "1"}))
    assert changed.specs[0].automation_condition is condition
    cleared = specs[0].replace_attributes(automation_condition=None)
    assert cleared.automation_condition is None
    old = dg.asset(name="o", auto_materialize_policy=dg.AutoMaterializePolicy.eager())(lambda: 1)
    assert old.specs[0].automation_condition is not None
    assert dg.materialize([a]).success
    with pytest.raises(CheckError, match="automation_condition of asset q must be an automation"):
        dg.asset(name="q", automation_condition="eager")(lambda: 1)


PARTS = dg.StaticPartitionsDefinition(["x", "y"])


@dg.asset(partitions_def=PARTS, backfill_policy=dg.BackfillPolicy.single_run())
def parted(context):
    return context.partition_key


@dg.asset(ins={"parted": dg.AssetIn(partition_mapping=dg.LastPartitionMapping())})
def mapped(parted):
    return parted


@dg.graph_asset(group_name="g")
def composed(one):
    return add(one)


@dg.graph_multi_asset(outs={"g1": dg.AssetOut(), "g2": dg.AssetOut()})
def composed_both(one):
    return add(one), add(one)


@dg.multi_asset(specs=[dg.AssetSpec("p1"), dg.AssetSpec("p2", partitions_def=PARTS)])
def part_of_it(): ...


@pytest.mark.parametrize(
    ("asset", "reason"),
    [
        (parted, "asset parted cannot be made by plait yet: it is partitioned"),
        (mapped, "asset mapped cannot be made by plait yet: its input parted has a partition map"),
        (composed, "asset composed cannot be made by plait yet: it is composed of ops"),
        (composed_both, "composed_both cannot be made by plait yet: it is composed of ops"),
        (part_of_it, "part_of_it cannot be made by plait yet: it is partitioned"),
    ],
)
def test_an_asset_that_would_come_out_differently_refuses_to_run_alone(asset, reason):
    defs = dg.Definitions([one, asset])
    assert reason in problems(defs)[0]
    with pytest.raises(PlaitNotCoveredError, match=reason):
        dg.materialize([one, parted, asset], selection=list(asset.keys))
    assert dg.materialize([one, asset], selection=[one]).success


def test_a_partitions_definition_is_told_as_it_was_given():
    daily = dg.DailyPartitionsDefinition(start_date=datetime(2024, 1, 2))
    assert described(PARTS) == {"type": "static", "partition_keys": ["x", "y"]}
    assert described(daily) == {"type": "daily", "start_date": "2024-01-02T00:00:00"}
    assert described(dg.MultiPartitionsDefinition({"day": daily, "part": PARTS})) == {
        "type": "multi",
        "partitions_defs": {"day": described(daily), "part": described(PARTS)},
    }
    assert described(dg.DynamicPartitionsDefinition(name="n")) == {"type": "dynamic", "name": "n"}
    assert described(None) is None


def test_functions_can_be_called_as_unit_tests_do():
    assert add(2) == 3 and positive(1).passed
    assert daily(None).run_config == {"n": 1}
    assert [request.run_key for request in files(None)] == ["a"]
    assert parted(dg.build_asset_context(partition_key="x")) == "x"


def test_use_is_refused_with_a_sentence():
    with pytest.raises(PlaitNotCoveredError, match="execute_in_process"):
        of_ops.execute_in_process()
    with pytest.raises(PlaitNotCoveredError, match="get_partition_keys"):
        dg.DailyPartitionsDefinition("2024-01-01").get_partition_keys()
    with pytest.raises(PlaitNotCoveredError, match="event log"):
        dg.EventLogEntry()
    for selection in (dg.AssetSelection.all(), [dg.AssetSelection.keys("one")]):
        with pytest.raises(PlaitNotCoveredError, match="asset selections in Python"):
            dg.materialize([one], selection=selection)
    assert PARTS.get_partition_keys() == ["x", "y"] and not hasattr(PARTS, "other")


def test_modules_without_definitions_give_all_that_they_bind():
    module = types.ModuleType("loose")
    module.__dict__.update(
        one=one, daily=daily, again=daily, both=[JOB, of_ops], positive=positive, add=add
    )
    defs = find_definitions(module)
    assert (defs.schedules, defs.jobs, defs.asset_checks) == ([daily], [JOB, of_ops], [positive])
    assert dg.load_asset_checks_from_modules([module]) == [positive]
    merged = dg.Definitions.merge(defs, dg.Definitions(sensors=[files], schedules=[daily]))
    assert len(problems(merged)) == 5


def test_hooks_hang_on_jobs_too():
    @dg.success_hook
    def hook(context): ...

    assert hook(of_ops) is of_ops
