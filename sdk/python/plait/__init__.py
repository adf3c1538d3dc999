"""plait's SDK: define data assets. ``import plait as dg``; in a location host ``import dagster as dg`` answers the same.

Public names are loaded when they are first used, so that importing this package costs next to nothing.
"""

from __future__ import annotations

import os as _os
import sys as _sys

__version__ = "0.1.0"

# Module -> the public names that live in it. Everything is found through this table; nothing is imported here.
_MODULES = {
    "define.assets": "AssetsDefinition SourceAsset",
    "config": "Config PermissiveConfig ConfigurableResource ConfigurableIOManager ConfigurableIOManagerFactory "
    "ResourceDependency",
    "running.context": "AssetExecutionContext OpExecutionContext AssetCheckExecutionContext",
    "define.decorators": "asset observable_source_asset",
    "define.definitions": "Definitions definitions",
    "errors": "DagsterError DagsterInvalidDefinitionError DagsterInvariantViolationError DagsterInvalidInvocationError "
    "DagsterInvalidSubsetError DagsterInvalidConfigDefinitionError DagsterInvalidConfigError "
    "DagsterConfigMappingFunctionError DagsterUnknownResourceError DagsterUnknownPartitionError "
    "DagsterExecutionStepNotFoundError DagsterStepOutputNotFoundError DagsterRunNotFoundError DagsterTypeCheckError "
    "DagsterTypeCheckDidNotPass DagsterUnmetExecutorRequirementsError DagsterSubprocessError "
    "DagsterPipesError DagsterPipesExecutionError "
    "DagsterEventLogInvalidForRun DagsterExecutionInterruptedError DagsterUserCodeExecutionError "
    "DagsterExecutionStepExecutionError DagsterResourceFunctionError BetaWarning PreviewWarning SupersessionWarning "
    "ConfigArgumentWarning",
    "define.executors": "ExecutorDefinition in_process_executor multiprocess_executor multi_or_in_process_executor",
    "define.hooks": "HookDefinition HookExecutionResult failure_hook success_hook",
    "io": "IOManager IOManagerDefinition InputManager InputManagerDefinition InputContext OutputContext io_manager "
    "input_manager FilesystemIOManager InMemoryIOManager ParquetIOManager UPathIOManager fs_io_manager mem_io_manager "
    "build_input_context build_output_context",
    "keys": "AssetKey AssetCheckKey",
    "later.automation": "AddDynamicPartitionsRequest AssetSensorDefinition AutoMaterializePolicy "
    "AutoMaterializeRule AutomationCondition AutomationConditionSensorDefinition "
    "CodeLocationSelector DagsterEvent DagsterRun DagsterRunStatus DefaultScheduleStatus "
    "DefaultSensorStatus DeleteDynamicPartitionsRequest EventLogEntry JobSelector "
    "MultiAssetSensorDefinition MultiAssetSensorEvaluationContext RepositorySelector "
    "RunFailureSensorContext RunRequest RunStatusSensorContext RunStatusSensorDefinition "
    "ScheduleDefinition ScheduleEvaluationContext SensorDefinition SensorEvaluationContext "
    "SensorResult SkipReason asset_sensor build_schedule_from_partitioned_job "
    "make_email_on_run_failure_sensor multi_asset_sensor run_failure_sensor run_status_sensor "
    "schedule sensor",
    "later.checks": "AssetChecksDefinition FreshnessPolicy LegacyFreshnessPolicy apply_freshness_policy "
    "asset_check build_column_schema_change_checks build_last_update_freshness_checks "
    "build_metadata_bounds_checks build_sensor_for_freshness_checks "
    "build_time_partition_freshness_checks load_asset_checks_from_current_module "
    "load_asset_checks_from_modules load_asset_checks_from_package_module "
    "load_asset_checks_from_package_name multi_asset_check",
    "later.jobs": "AssetSelection DynamicOut DynamicOutput GraphDefinition GraphIn GraphOut In "
    "JobDefinition OpDefinition Out define_asset_job graph graph_asset graph_multi_asset job "
    "op",
    "later.partitions": "AllPartitionMapping BackfillPolicy DailyPartitionsDefinition DimensionPartitionMapping "
    "DynamicPartitionsDefinition HourlyPartitionsDefinition IdentityPartitionMapping "
    "LastPartitionMapping MonthlyPartitionsDefinition MultiPartitionKey MultiPartitionMapping "
    "MultiPartitionsDefinition MultiToSingleDimensionPartitionMapping PartitionKeyRange "
    "PartitionMapping PartitionsDefinition SpecificPartitionsPartitionMapping "
    "StaticPartitionMapping StaticPartitionsDefinition TimeWindow TimeWindowPartitionMapping "
    "TimeWindowPartitionsDefinition WeeklyPartitionsDefinition",
    "define.loading": "load_assets_from_modules load_assets_from_current_module load_assets_from_package_module "
    "load_assets_from_package_name load_definitions_from_modules load_definitions_from_module "
    "load_definitions_from_current_module load_definitions_from_package_module load_definitions_from_package_name "
    "load_from_defs_folder load_defs file_relative_path",
    "log": "get_dagster_logger",
    "running.materialize": "materialize materialize_to_memory ExecuteInProcessResult",
    "running.direct": "build_asset_context build_op_context",
    "running.hooks": "HookContext build_hook_context",
    "metadata": "MetadataValue TableSchema TableColumn TableRecord TableColumnConstraints TableConstraints TableColumnDep "
    "TableColumnLineage TextMetadataValue UrlMetadataValue PathMetadataValue NotebookMetadataValue JsonMetadataValue "
    "MarkdownMetadataValue PythonArtifactMetadataValue FloatMetadataValue IntMetadataValue BoolMetadataValue "
    "TimestampMetadataValue DagsterRunMetadataValue DagsterAssetMetadataValue DagsterJobMetadataValue TableMetadataValue "
    "TableSchemaMetadataValue TableColumnLineageMetadataValue NullMetadataValue PoolMetadataValue",
    "define.multi_assets": "multi_asset multi_observable_source_asset",
    "pipes": "PipesSubprocessClient PipesClient PipesClientCompletedInvocation PipesSession PipesExecutionResult "
    "PipesLaunchedData PipesMessageHandler PipesMessageReader PipesContextInjector PipesEnvContextInjector "
    "PipesFileContextInjector PipesTempFileContextInjector PipesFileMessageReader PipesTempFileMessageReader "
    "PipesStdioMessageReader PipesFifoMessageReader PipesCompositeMessageReader open_pipes_session",
    "resources": "EnvVar ResourceDefinition ResourceParam TreatAsResourceParam resource with_resources build_resources "
    "build_init_resource_context InitResourceContext",
    "results": "Output MaterializeResult ObserveResult AssetMaterialization AssetObservation DataVersion DataProvenance "
    "AssetCheckSpec AssetCheckResult AssetCheckEvaluation AssetCheckSeverity Failure RetryRequested RetryPolicy Backoff "
    "Jitter",
    "run_config": "RunConfig",
    "specs": "AssetSpec AssetDep AssetIn AssetOut map_asset_specs",
    "types": "Any Bool Dict Float Int List Nothing Optional Set String Tuple",
}
_HOME = {name: module for module, names in _MODULES.items() for name in names.split()}


def __getattr__(name: str):
    module = _HOME.get(name)
    if module is None:
        if name == "__all__":
            return _public()
        if _is_submodule(name):
            raise AttributeError(name)  # the import system asks before it loads the submodule
        from plait.uncovered import refuse

        refuse(name, __name__, list(_HOME), _sys._getframe(1))
    from importlib import import_module

    value = getattr(import_module("." + module, __name__), name)
    globals()[name] = value
    return value


def _is_submodule(name: str) -> bool:
    path = _os.path.join(__path__[0], name)
    return _os.path.exists(path + ".py") or _os.path.isdir(path)


def _public() -> list[str]:
    """What ``import *`` gives: everything, less the classes that need pydantic where it is missing."""
    from importlib.util import find_spec

    return [
        name
        for name, module in _HOME.items()
        if module != "config" or find_spec("pydantic") is not None
    ]


def __dir__() -> list[str]:
    return sorted([*_HOME, "__version__"])
