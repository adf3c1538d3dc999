"""materialize() and direct calls: results, errors, resources, config."""

import plait as dg
import pytest


def test_values_flow_through_the_managers(tmp_path):
    @dg.asset(key_prefix="x", metadata={"m": 1})
    def a():
        return 1

    @dg.asset(ins={"a": dg.AssetIn(key=["x", "a"])})
    def b(context, a: int) -> int:
        context.add_output_metadata({"seen": a})
        return a + 1

    result = dg.materialize(
        [a, b], resources={"io_manager": dg.FilesystemIOManager(base_dir=str(tmp_path))}
    )
    assert result.success
    assert (
        result.asset_value(["x", "a"]),
        result.asset_value("b"),
        result.output_for_node("b"),
    ) == (1, 2, 2)
    made = result.asset_materializations_for_node("b")[0]
    assert made.metadata["seen"].value == 1 and made.metadata["path"].value == str(tmp_path / "b")
    assert sorted(p.name for p in tmp_path.rglob("*") if p.is_file()) == ["a", "b"]


def test_definitions_load_the_value_that_a_run_stored(tmp_path):
    seen = []

    class Watching(dg.InMemoryIOManager):
        def load_input(self, context):
            seen.append((context.asset_key, context.dagster_type.typing_type, context.metadata))
            return super().load_input(context)

    @dg.asset(io_manager_key="memory")
    def kept() -> int:
        return 7

    @dg.asset
    def filed() -> str:
        return "on disk"

    resources = {"memory": Watching(), "io_manager": dg.FilesystemIOManager(str(tmp_path))}
    dg.materialize([kept, filed], resources=resources)
    defs = dg.Definitions(assets=[kept, filed], resources=resources)
    assert defs.load_asset_value("filed") == "on disk"
    assert defs.load_asset_value("kept", python_type=int, metadata={"columns": ["x"]}) == 7
    assert seen == [(dg.AssetKey("kept"), int, {"columns": ["x"]})]


def test_error_is_raised_or_kept_and_downstream_is_skipped():
    @dg.asset
    def bad():
        raise KeyError("x")

    @dg.asset
    def after(bad):
        return 1

    @dg.asset
    def beside():
        return 1

    with pytest.raises(KeyError):
        dg.materialize_to_memory([bad, after, beside])
    result = dg.materialize_to_memory([bad, after, beside], raise_on_error=False)
    assert not result.success
    assert (
        result.is_node_failed("bad")
        and result.is_node_skipped("after")
        and result.is_node_success("beside")
    )
    assert result.get_failed_step_keys() == {"bad"}
    with pytest.raises(dg.DagsterInvariantViolationError):
        result.asset_value("bad")


RETURNS = {
    "int": (int, 1, None),
    "wrong int": (int, "x", dg.DagsterTypeCheckDidNotPass),
    "none declared": (None, None, None),
    "value where none": (None, 5, dg.DagsterTypeCheckDidNotPass),
    "result where int": (int, dg.MaterializeResult(), dg.DagsterTypeCheckDidNotPass),
    "result with value": (dg.MaterializeResult, dg.MaterializeResult(value=4), None),
    "output": (dg.Output, dg.Output(3, metadata={"k": 1}), None),
    "result": (dg.MaterializeResult, dg.MaterializeResult(metadata={"k": 1}), None),
    "no annotation none": (..., None, None),
}


@pytest.mark.parametrize("case", list(RETURNS))
def test_what_a_function_may_return(case):
    annotation, value, error = RETURNS[case]

    def fn():
        return value

    if annotation is not ...:
        fn.__annotations__["return"] = annotation
    asset = dg.asset(name="one")(fn)
    if error is not None:
        with pytest.raises(error):
            dg.materialize_to_memory([asset])
        return
    result = dg.materialize_to_memory([asset])
    assert len(result.asset_materializations_for_node("one")) == 1


def test_multi_assets_give_tuples_outputs_and_results():
    @dg.multi_asset(outs={"l": dg.AssetOut(), "r": dg.AssetOut()})
    def both():
        return 1, dg.Output(2, "r", metadata={"k": 1})

    result = dg.materialize_to_memory([both])
    assert (result.asset_value("l"), result.asset_value("r")) == (1, 2)

    @dg.multi_asset(outs={"l": dg.AssetOut(), "r": dg.AssetOut()})
    def one_only():
        return 1

    with pytest.raises(dg.DagsterInvariantViolationError, match="makes 2 assets"):
        dg.materialize_to_memory([one_only])

    @dg.multi_asset(outs={"l": dg.AssetOut(), "r": dg.AssetOut()})
    def left_only():
        yield dg.Output(1, "l")

    with pytest.raises(dg.DagsterStepOutputNotFoundError, match='"r"'):
        dg.materialize_to_memory([left_only])

    @dg.multi_asset(specs=[dg.AssetSpec("s1"), dg.AssetSpec("s2")])
    def silent():
        pass

    assert len(dg.materialize_to_memory([silent]).get_asset_materialization_events()) == 2


def test_skippable_output_skips_what_needs_it():
    @dg.asset(output_required=False)
    def maybe():
        if False:
            yield dg.Output(1)

    @dg.asset
    def after(maybe):
        return 1

    result = dg.materialize_to_memory([maybe, after])
    assert result.success and result.is_node_skipped("after")


def test_selection_loads_the_rest_from_storage(tmp_path):
    @dg.asset
    def a():
        return 1

    @dg.asset
    def b(a):
        return a + 1

    resources = {"io_manager": dg.FilesystemIOManager(base_dir=str(tmp_path))}
    dg.materialize([a], resources=resources)
    result = dg.materialize([a, b], resources=resources, selection=["b"])
    assert result.asset_value("b") == 2 and result.is_node_untouched("a")
    with pytest.raises(dg.DagsterInvalidDefinitionError, match='"a"'):
        dg.materialize([b], resources=resources)


def test_resources_open_and_close_around_each_step():
    seen = []

    @dg.resource
    def line(context):
        seen.append("up")
        yield "line"
        seen.append("down")

    @dg.asset(required_resource_keys={"line"})
    def one(context):
        seen.append(context.resources.line)
        return 1

    dg.materialize_to_memory([one], resources={"line": line})
    assert seen == ["up", "line", "down"]


def test_configurable_resource_and_config():
    pytest.importorskip("pydantic")

    class Greeter(dg.ConfigurableResource):
        word: str

    class Settings(dg.Config):
        times: int = 2

    @dg.asset
    def greeting(config: Settings, greeter: Greeter) -> str:
        return greeter.word * config.times

    result = dg.materialize_to_memory([greeting], resources={"greeter": Greeter(word="hi")})
    assert result.asset_value("greeting") == "hihi"
    result = dg.materialize_to_memory(
        [greeting],
        resources={"greeter": Greeter(word="hi")},
        run_config={"ops": {"greeting": {"config": {"times": 1}}}},
    )
    assert result.asset_value("greeting") == "hi"


def test_retry_policy_and_retry_request():
    attempts = []

    @dg.asset(retry_policy=dg.RetryPolicy(max_retries=2))
    def flaky(context):
        attempts.append(context.retry_number)
        if len(attempts) < 3:
            raise ValueError("again")
        return 1

    result = dg.materialize_to_memory([flaky])
    assert result.success and attempts == [0, 1, 2] and result.retry_attempts_for_node("flaky") == 2

    @dg.asset(retry_policy=dg.RetryPolicy(max_retries=2))
    def final():
        attempts.append("final")
        raise dg.Failure("no", allow_retries=False)

    dg.materialize_to_memory([final], raise_on_error=False)
    assert attempts.count("final") == 1


def test_direct_calls():
    @dg.asset
    def plain(x):
        return x + 1

    @dg.asset
    def with_context(context, x):
        context.log.info("direct")
        context.add_output_metadata({"k": 1})
        return (context.asset_key.to_user_string(), x)

    @dg.asset(required_resource_keys={"line"})
    def with_resource(context):
        return context.resources.line

    assert plain(1) == 2
    assert with_context(dg.build_asset_context(), 3) == ("with_context", 3)
    assert with_context(dg.build_asset_context(), x=3) == ("with_context", 3)
    with pytest.raises(dg.DagsterInvalidInvocationError, match="context"):
        with_context()
    assert with_resource(dg.build_asset_context(resources={"line": "l"})) == "l"
    with pytest.raises(dg.DagsterInvalidInvocationError, match="line"):
        with_resource(dg.build_asset_context())


def test_coroutines_and_asynchronous_generators():
    @dg.asset
    async def later():
        return 7

    @dg.asset
    async def streamed():
        yield dg.Output(8)

    result = dg.materialize_to_memory([later, streamed])
    assert (result.asset_value("later"), result.asset_value("streamed")) == (7, 8)


def test_context_of_a_running_step_can_be_asked_for():
    @dg.asset
    def one():
        return dg.AssetExecutionContext.get().asset_key.to_user_string()

    assert dg.materialize_to_memory([one]).asset_value("one") == "one"
    with pytest.raises(dg.DagsterInvariantViolationError, match="no step"):
        dg.AssetExecutionContext.get()


def test_later_features_say_so():
    @dg.asset
    def one(context):
        return context.instance

    with pytest.raises(dg.DagsterError, match="does not cover"):
        dg.materialize_to_memory([one])


def test_materialize_to_memory_refuses_other_managers(tmp_path):
    @dg.asset
    def one():
        return 1

    with pytest.raises(dg.DagsterInvariantViolationError, match="io_manager"):
        dg.materialize_to_memory(
            [one], resources={"io_manager": dg.FilesystemIOManager(base_dir=str(tmp_path))}
        )
