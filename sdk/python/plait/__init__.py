"""plait's SDK: define data assets. ``import plait as dg``; in a location host ``import dagster as dg`` answers the same.

Public names are loaded when they are first used, so that importing this package costs next to nothing.
"""

from __future__ import annotations

__version__ = "0.1.0"

# Module -> the public names that live in it. Everything is found through this table; nothing is imported here.
_MODULES = {
    "assets": "asset multi_asset observable_source_asset multi_observable_source_asset AssetsDefinition SourceAsset "
    "AssetChecksDefinition Nothing",
    "context": "AssetExecutionContext OpExecutionContext AssetCheckExecutionContext InitResourceContext",
    "definitions": "Definitions definitions",
    "errors": "DagsterError DagsterInvalidDefinitionError DagsterInvariantViolationError DagsterInvalidInvocationError "
    "DagsterInvalidSubsetError DagsterInvalidConfigDefinitionError DagsterInvalidConfigError "
    "DagsterConfigMappingFunctionError DagsterUnknownResourceError DagsterUnknownPartitionError "
    "DagsterExecutionStepNotFoundError DagsterStepOutputNotFoundError DagsterRunNotFoundError DagsterTypeCheckError "
    "DagsterTypeCheckDidNotPass DagsterUnmetExecutorRequirementsError DagsterSubprocessError "
    "DagsterEventLogInvalidForRun DagsterExecutionInterruptedError DagsterUserCodeExecutionError "
    "DagsterExecutionStepExecutionError DagsterResourceFunctionError",
    "io": "IOManager IOManagerDefinition InputManager InputContext OutputContext io_manager FilesystemIOManager "
    "InMemoryIOManager ParquetIOManager UPathIOManager fs_io_manager mem_io_manager",
    "config": "Config PermissiveConfig ConfigurableResource ConfigurableIOManager ConfigurableIOManagerFactory "
    "ResourceDependency",
    "keys": "AssetKey AssetCheckKey",
    "loading": "load_assets_from_modules",
    "materialize": "materialize materialize_to_memory build_asset_context build_op_context build_input_context "
    "build_output_context build_init_resource_context ExecuteInProcessResult",
    "specs": "AssetSpec AssetDep AssetIn AssetOut map_asset_specs",
}
_HOME = {name: module for module, names in _MODULES.items() for name in names.split()}
__all__ = [*_HOME]


def __getattr__(name: str):
    module = _HOME.get(name)
    if module is None:
        raise AttributeError("module %r has no attribute %r" % (__name__, name))
    from importlib import import_module

    value = getattr(import_module("." + module, __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
