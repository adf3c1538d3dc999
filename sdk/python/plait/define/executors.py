"""Executors by the names user code gives them. plait runs every step in a process of its own, so they change nothing."""

from __future__ import annotations


class ExecutorDefinition:
    """An executor as a name; its configuration is kept and not used."""

    def __init__(self, name: str, config=None) -> None:
        self.name = name
        self.config = config

    def configured(
        self, config_or_config_fn, name=None, config_schema=None, description=None
    ) -> ExecutorDefinition:
        return ExecutorDefinition(name or self.name, config_or_config_fn)

    def __repr__(self) -> str:
        return "<executor %s>" % self.name


in_process_executor = ExecutorDefinition("in_process")
multiprocess_executor = ExecutorDefinition("multiprocess")
multi_or_in_process_executor = ExecutorDefinition("multi_or_in_process")
