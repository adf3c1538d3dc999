"""Public names of Dagster that plait does not cover yet, by theme: the sentence that whoever imports one of them reads."""

from __future__ import annotations

# Theme -> names. The theme reads after "is part of".
_THEMES = {
    "jobs, ops and graphs": (
        "DependencyDefinition MultiDependencyDefinition NodeInvocation PendingNodeInvocation "
        "InputMapping OutputMapping execute_job reconstructable build_reconstructable_job "
        "ReexecutionOptions JobExecutionResult ExpectationResult AssetJobKey BindResourcesToJobs "
        "validate_run_config configured ConfigMapping config_mapping config_from_files "
        "config_from_pkg_resources config_from_yaml_strings IAttachDifferentObjectToOpContext"
    ),
    "repositories (replaced by Definitions)": (
        "repository RepositoryDefinition RepositoryData create_repository_using_definitions_args"
    ),
    "schedules": ("build_schedule_context"),
    "sensors": (
        "SensorReturnTypesUnion build_sensor_context build_multi_asset_sensor_context "
        "build_run_status_sensor_context SubmitRunContext"
    ),
    "automation conditions": (
        "AutomationContext AutomationResult AutoMaterializeAssetPartitionsFilter "
        "EvaluateAutomationConditionsResult evaluate_automation_conditions"
    ),
    "partitions": (
        "Partition PartitionedConfig partitioned_config daily_partitioned_config "
        "hourly_partitioned_config weekly_partitioned_config monthly_partitioned_config "
        "static_partitioned_config dynamic_partitioned_config partition_loading_context "
        "AssetPartitionStatus DataVersionsByPartition"
    ),
    "asset checks of their own": ("build_asset_check_context AssetOrCheckKey"),
    "the instance's API": (
        "DagsterInstance instance_for_test AssetRecordsFilter EventLogRecord EventRecordsFilter "
        "EventRecordsResult RunShardedEventsCursor RunStatusChangeRecordsFilter RunsFilter "
        "RunRecord DagsterEventType PaginatedResults AssetValueLoader MAX_RUNTIME_SECONDS_TAG "
        "migrate_io_storage MigrateIOStorageResult deserialize_value serialize_value"
    ),
    "components": (
        "Component ComponentFormConfig ComponentLoadContext ComponentTree ComponentTypeSpec "
        "DefinitionsComponent DefsFolderComponent FunctionComponent PythonScriptComponent "
        "SqlComponent StateBackedComponent TemplatedSqlComponent UvRunComponent "
        "UPathDefsStateStorage AssetAttributesModel Injected Model Resolvable ResolutionContext "
        "ResolvedAssetCheckSpec ResolvedAssetKey ResolvedAssetSpec Resolver ScaffoldRequest "
        "Scaffolder build_component_defs build_defs_for_component component_defs "
        "component_instance components get_all_components_defs_within_project "
        "get_component_defs_within_project resources scaffold_component scaffold_with "
        "template_var"
    ),
    "the configuration schema that came before Config classes": (
        "Field Array Map Shape Selector Permissive Noneable Enum EnumValue ScalarUnion "
        "StringSource IntSource BoolSource ConfigSchema make_values_resource"
    ),
    "run-time type checks": (
        "DagsterType PythonObjectDagsterType DagsterTypeLoader DagsterTypeLoaderContext TypeCheck "
        "TypeCheckContext check_dagster_type dagster_type_loader "
        "make_python_type_usable_as_dagster_type usable_as_dagster_type"
    ),
    "loggers of Definitions (plait keeps every step's log by itself)": (
        "logger LoggerDefinition InitLoggerContext DagsterLogManager JsonLogFormatter "
        "build_init_logger_context colored_console_logger default_loggers default_system_loggers "
        "json_console_logger"
    ),
    "executors and launchers of one's own": (
        "Executor ExecutorRequirement executor InitExecutorContext "
        "multiple_process_executor_requirements StepExecutionContext StepLauncher StepRunRef "
        "run_step_from_ref external_instance_from_step_run_ref step_context_to_step_run_ref "
        "step_run_ref_to_step_context DefaultRunLauncher QueuedRunCoordinator "
        "raise_execution_interrupts"
    ),
    "Pipes readers of blob stores and of logs kept elsewhere": (
        "PipesBlobStoreMessageReader PipesLogReader"
    ),
    "code references": (
        "AnchorBasedFilePathMapping FilePathMapping CodeReferencesMetadataValue "
        "LocalFileCodeReference UrlCodeReference link_code_references_to_git "
        "with_source_code_references"
    ),
    "file managers": ("FileHandle LocalFileHandle local_file_manager"),
    "old I/O manager forms": ("ConfigurableLegacyIOManagerAdapter custom_path_fs_io_manager"),
    "Dagster's library tools": ("DagsterLibraryRegistry MetadataEntry deprecation_warning"),
}


def theme_of(name: str) -> str | None:
    for theme, names in _THEMES.items():
        if name in names.split():
            return theme
    return None


def names() -> list[str]:
    return [name for block in _THEMES.values() for name in block.split()]


def sentence(name: str, package: str, known: list[str]) -> str:
    """Why ``package.name`` is not there, and the remedy."""
    theme = theme_of(name)
    if theme is not None:
        return (
            "%s.%s is part of %s, which plait does not cover yet; if you need it, open an issue of the plait project"
            % (package, name, theme)
        )
    from difflib import get_close_matches

    close = get_close_matches(name, [*known, *names()], 1, 0.75)
    return "module %r has no attribute %r%s" % (
        package,
        name,
        "; did you mean %s?" % close[0]
        if close
        else "; neither plait nor the Dagster it follows has it",
    )


def refuse(name: str, package: str, known: list[str], frame) -> None:
    """Raise the sentence. ``from package import name`` would hide an AttributeError's text, so it gets an ImportError."""
    if name.startswith("_"):
        raise AttributeError("module %r has no attribute %r" % (package, name))
    text = sentence(name, package, known)
    if frame.f_code.co_name == "_handle_fromlist":
        raise ImportError(text, name=package)
    raise AttributeError(text)
