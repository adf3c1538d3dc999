"""Dagster Pipes, the side that starts: an asset runs a program in any language, which reports back as it goes.

A *session* writes what the program must know to where an *injector* puts it, and hears what the program says through
a *reader*. `PipesSubprocessClient` does all of it for a program on this machine.
"""

from __future__ import annotations

from plait.pipes.client import PipesClient, PipesClientCompletedInvocation
from plait.pipes.composite import PipesCompositeMessageReader
from plait.pipes.handler import PipesExecutionResult, PipesLaunchedData, PipesMessageHandler
from plait.pipes.injectors import (
    PipesContextInjector,
    PipesEnvContextInjector,
    PipesFileContextInjector,
    PipesTempFileContextInjector,
)
from plait.pipes.local import PipesSubprocessClient
from plait.pipes.readers import (
    PipesFifoMessageReader,
    PipesFileMessageReader,
    PipesMessageReader,
    PipesStdioMessageReader,
    PipesTempFileMessageReader,
)
from plait.pipes.session import PipesSession, open_pipes_session

__all__ = [
    "PipesClient",
    "PipesClientCompletedInvocation",
    "PipesCompositeMessageReader",
    "PipesContextInjector",
    "PipesEnvContextInjector",
    "PipesExecutionResult",
    "PipesFifoMessageReader",
    "PipesFileContextInjector",
    "PipesFileMessageReader",
    "PipesLaunchedData",
    "PipesMessageHandler",
    "PipesMessageReader",
    "PipesSession",
    "PipesStdioMessageReader",
    "PipesSubprocessClient",
    "PipesTempFileContextInjector",
    "PipesTempFileMessageReader",
    "open_pipes_session",
]
