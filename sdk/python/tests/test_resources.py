"""Resources: variables, functions, opening and closing; with pydantic also typed ones."""

from __future__ import annotations

import sys

import plait as dg
import pytest
from plait.resources import open_resources, plain_config

try:
    import pydantic
except ImportError:
    pydantic = None
needs_pydantic = pytest.mark.skipif(pydantic is None, reason="pydantic is not installed")


def test_variables_have_no_value_while_code_is_loaded(monkeypatch):
    monkeypatch.setenv("N", "5")
    for variable in (dg.EnvVar("N"), dg.EnvVar.int("N")):
        with pytest.raises(RuntimeError, match="N is read when a step starts"):
            str(variable)
        with pytest.raises(RuntimeError):
            f"{variable}"
        assert plain_config({"a": [variable]}) == {"a": [{"env": "N"}]}
    assert dg.EnvVar("N").get_value() == "5" and dg.EnvVar.int("N").get_value() == 5
    assert dg.EnvVar("NOPE").get_value("d") == "d"


def test_integer_variable_with_a_word_in_it(monkeypatch):
    monkeypatch.setenv("N", "five")
    with pytest.raises(dg.DagsterInvalidConfigError, match="N must hold an integer"):
        dg.EnvVar.int("N").get_value()


def test_functions_open_in_order_and_close_in_reverse():
    seen = []

    @dg.resource
    def first(_context):
        seen.append("first up")
        yield 1
        seen.append("first down")

    @dg.resource(required_resource_keys={"first"}, config_schema={"n": int})
    def second(context):
        seen.append("second up")
        yield (context.resources.first, context.resource_config)
        seen.append("second down")

    with open_resources(
        {"second": second.configured({"n": 2}), "first": first, "raw": 5}, {"second", "raw"}
    ) as opened:
        assert opened.second == (1, {"n": 2}) and opened.raw == 5
        with pytest.raises(dg.DagsterUnknownResourceError, match="no resource 'other'"):
            opened.other  # noqa: B018
    assert seen == ["first up", "second up", "second down", "first down"]


def test_configuration_reads_variables_when_opened(monkeypatch):
    @dg.resource(config_schema={"token": str})
    def client(context):
        return context.resource_config["token"]

    configured = client.configured({"token": {"env": "TOKEN"}})
    with (
        pytest.raises(
            dg.DagsterInvalidConfigError, match="'c' needs the environment variable TOKEN"
        ),
        open_resources({"c": configured}),
    ):
        pass
    monkeypatch.setenv("TOKEN", "x")
    with open_resources({"c": configured}) as opened:
        assert opened.c == "x"


def test_missing_and_circular_resources():
    a = dg.ResourceDefinition(lambda _: 1, required_resource_keys={"b"})
    with (
        pytest.raises(dg.DagsterUnknownResourceError, match="'b', needed by a"),
        open_resources({"a": a}),
    ):
        pass
    b = dg.ResourceDefinition(lambda _: 1, required_resource_keys={"a"})
    with (
        pytest.raises(dg.DagsterInvalidConfigError, match="a needs b needs a"),
        open_resources({"a": a, "b": b}),
    ):
        pass


def test_error_of_a_resource_names_its_key():
    def broken(_context):
        raise OSError("no route")

    with (
        pytest.raises(dg.DagsterResourceFunctionError, match="resource 'db' .* OSError: no route"),
        open_resources({"db": dg.ResourceDefinition(broken)}),
    ):
        pass


def test_direct_calls():
    @dg.resource
    def plain():
        return 5

    assert plain() == 5 and dg.ResourceDefinition.hardcoded_resource(6)(None) == 6
    with dg.build_resources({"a": plain, "b": 7}) as resources:
        assert (resources.a, resources.b) == (5, 7)


def test_run_config():
    assert dg.RunConfig(ops={"a": {"config": 1}}).to_config_dict()["ops"] == {"a": {"config": 1}}


@pytest.mark.skipif(pydantic is not None, reason="pydantic is installed")
def test_without_pydantic_a_sentence_says_so():
    with pytest.raises(ImportError, match='add "pydantic>=2"'):
        dg.ConfigurableResource  # noqa: B018


@needs_pydantic
def test_typed_resource_lives_around_the_step(monkeypatch):
    seen = []

    class Inner(dg.ConfigurableResource):
        url: str

        def setup_for_execution(self, context):
            seen.append("inner up")

        def teardown_after_execution(self, context):
            seen.append("inner down")

    class Outer(dg.ConfigurableResource):
        inner: Inner
        other: dg.ResourceDependency[str]
        count: int = 3
        _client: object = pydantic.PrivateAttr(default=None)

        def setup_for_execution(self, context):
            self._client = "client of " + self.inner.url

        def teardown_after_execution(self, context):
            seen.append("outer down")

    outer = Outer(
        inner=Inner(url=dg.EnvVar("URL")),
        other=dg.resource(lambda: "o"),
        count=dg.EnvVar.int("COUNT"),
    )
    assert outer.describe_config()["inner"] == {"url": {"env": "URL"}} and outer.describe_config()[
        "count"
    ] == {"env": "COUNT"}
    monkeypatch.setenv("URL", "u")
    monkeypatch.setenv("COUNT", "7")
    with open_resources({"r": outer}) as opened:
        assert (opened.r._client, opened.r.other, opened.r.count) == ("client of u", "o", 7)
    assert seen == ["inner up", "outer down", "inner down"]
    assert outer._client is None


@needs_pydantic
def test_typed_resource_is_immutable_and_checked():
    class Made(dg.ConfigurableResource):
        count: int

    with pytest.raises(dg.DagsterInvalidInvocationError, match="its field 'count' cannot be set"):
        Made(count=1).count = 2
    with pytest.raises(pydantic.ValidationError):
        Made(count="x")


@needs_pydantic
def test_config_refuses_unknown_fields_of_a_run():
    class Made(dg.Config):
        n: int = 1

    assert Made.from_values({"n": 2}, "asset a").n == 2
    with pytest.raises(
        dg.DagsterInvalidConfigError, match="asset a: unknown configuration field 'm'; known are n"
    ):
        Made.from_values({"m": 1}, "asset a")
    with pytest.raises(dg.DagsterInvalidConfigError, match="asset a"):
        Made.from_values({"n": "x"}, "asset a")


@needs_pydantic
def test_configurable_io_manager_is_both():
    class Made(dg.ConfigurableIOManager):
        base: str

        def handle_output(self, context, obj): ...

        def load_input(self, context): ...

    assert isinstance(Made(base="x"), dg.IOManager) and isinstance(
        Made(base="x"), dg.ConfigurableResource
    )


@needs_pydantic
def test_secrets_are_not_described():
    class Made(dg.ConfigurableResource):
        token: pydantic.SecretStr

    assert Made(token="x").describe_config() == {"token": "***"}


def test_pydantic_is_imported_only_when_used():
    import subprocess

    code = "import sys, plait as dg; dg.asset, dg.EnvVar, dg.resource, dg.Definitions; print('pydantic' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    assert done.stdout.strip() == "False"
