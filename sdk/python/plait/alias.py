"""Answering ``import dagster`` from plait, also where the real package is installed.

``install()`` puts a module ``dagster`` in place whose names are plait's, and a finder in front of all others:
- private submodules (``dagster._core...``) answer with plait's public names, for code that imports a public class from where
  it happens to live;
- submodules and integration packages that are not covered fail at import with a sentence.
``dagster_pipes`` is left alone: the real package stands by itself and is what runs in the external process, so an imitation
here could only differ from it.
"""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec
from types import ModuleType

import plait
from plait import uncovered

# The release of Dagster whose public names and behaviour plait follows; code compares ``dagster.__version__`` with others.
FOLLOWS = "1.13.27"

_ANSWERED = frozenset(
    "_core _config _utils _check _annotations _serdes _builtins _record _time _seven _model _loggers _vendored version".split()
)
_REFUSED = {
    "components": "components",
    "preview": "previews of later features",
    "_cli": "Dagster's command line",
    "_daemon": "Dagster's daemon",
    "_grpc": "Dagster's code server",
    "_api": "Dagster's code server",
    "_scheduler": "Dagster's scheduler",
    "_generate": "Dagster's scaffolding",
    "_experimental": "experiments",
    "deprecated": "deprecated names",
}
_INTEGRATIONS = frozenset(
    (
        "dagster_"
        + " dagster_".join(
            (
                "adls2 airbyte airflow airlift anthropic aws azure celery celery_docker celery_k8s "
                "census chroma cloud cloud_cli components dask databricks datadog datahub dbt "
                "deltalake deltalake_pandas deltalake_polars dg dg_cli dg_core dlt docker duckdb "
                "duckdb_pandas duckdb_polars duckdb_pyspark embedded_elt fivetran gcp gcp_pandas "
                "gcp_pyspark ge gemini github graphql hightouch iceberg k8s looker managed_elements "
                "mlflow modal msteams mysql openai pagerduty pandas pandera papertrail polars "
                "polytomic postgres powerbi prometheus pyspark qdrant ray sdf shared shell sigma "
                "slack sling snowflake snowflake_pandas snowflake_polars snowflake_pyspark spark ssh "
                "tableau teradata twilio wandb weaviate webserver "
            ).split()
        )
    ).split()
) | {"dagstermill"}


def covered(name: str) -> bool:
    """Whether ``from dagster import name`` works."""
    return name in plait._HOME


class _Answering(ModuleType):
    """A module of the alias: its names are plait's."""

    __path__: list[str] = []

    def __getattr__(self, name: str):
        if name == "__all__":
            return plait.__all__
        if covered(name):
            value = getattr(plait, name)
            self.__dict__[name] = value
            return value
        if name == "version" and self.__name__ == "dagster":
            return sys.modules["dagster.version"]
        return uncovered.refuse(name, self.__name__, list(plait._HOME), sys._getframe(1))

    def __dir__(self) -> list[str]:
        return dir(plait)


def _alias(name: str) -> _Answering:
    module = _Answering(
        name,
        plait.__doc__ if name == "dagster" else "Names of plait, for code that imports %s." % name,
    )
    module.__path__ = []
    module.__file__ = plait.__file__
    module.__version__ = FOLLOWS
    return module


class _Finder:
    """Finds ``dagster`` and what stands below it, and refuses the integration packages."""

    @staticmethod
    def find_spec(name: str, path=None, target=None):
        top, _, rest = name.partition(".")
        if top == "dagster":
            if not rest:
                return ModuleSpec(name, _Finder, is_package=True)
            part = rest.partition(".")[0]
            if part in _ANSWERED:
                return ModuleSpec(name, _Finder, is_package=True)
            if part in _REFUSED:
                raise ImportError(
                    "%s: plait does not cover %s yet; if you need it, open an issue of the plait project"
                    % (name, _REFUSED[part]),
                    name=name,
                )
            if uncovered.theme_of(part) is not None or covered(part):
                return None
            raise ModuleNotFoundError(
                "No module named %r (plait answers for dagster here)" % name, name=name
            )
        if top in _INTEGRATIONS:
            raise ImportError(
                "%s is an integration of Dagster, which plait does not cover yet; use the service's own client in the asset or "
                "in a resource, or open an issue of the plait project" % top,
                name=name,
            )
        return None

    @staticmethod
    def create_module(spec: ModuleSpec) -> ModuleType:
        return _alias(spec.name)

    @staticmethod
    def exec_module(module: ModuleType) -> None:
        pass


class _LastFinder:
    """Says what ``dagster_pipes`` is where it is not installed."""

    @staticmethod
    def find_spec(name: str, path=None, target=None):
        if name == "dagster_pipes":
            raise ModuleNotFoundError(
                "No module named 'dagster_pipes': it is a package of its own for processes that an asset starts; add it to the "
                "dependencies of this location",
                name=name,
            )
        return


def install() -> None:
    """Let plait answer for dagster from now on. Doing it twice is the same as once."""
    import importlib

    if any([finder is _Finder for finder in sys.meta_path]):
        return
    for name in [name for name in sys.modules if name == "dagster" or name.startswith("dagster.")]:
        del sys.modules[name]
    sys.meta_path.insert(0, _Finder)
    sys.meta_path.append(_LastFinder)
    importlib.import_module("dagster")
    importlib.import_module("dagster.version")


def uninstall() -> None:
    """Undo ``install``; for tests."""
    sys.meta_path[:] = [finder for finder in sys.meta_path if finder not in (_Finder, _LastFinder)]
    for name in [name for name in sys.modules if name == "dagster" or name.startswith("dagster.")]:
        del sys.modules[name]
