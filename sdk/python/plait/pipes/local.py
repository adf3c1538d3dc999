"""The client for programs on this machine."""

from __future__ import annotations

import errno
import os
from typing import Any, Mapping, Sequence

from plait import check
from plait.errors import DagsterPipesExecutionError
from plait.pipes import protocol
from plait.pipes.client import PipesClient, PipesClientCompletedInvocation
from plait.pipes.injectors import PipesContextInjector, PipesTempFileContextInjector
from plait.pipes.readers import PipesMessageReader, PipesTempFileMessageReader
from plait.pipes.session import session_of
from plait.resources import TreatAsResourceParam

_GRACE = 20.0  # seconds


class PipesSubprocessClient(PipesClient, TreatAsResourceParam):
    """Runs a command in a Pipes session, and waits for it.

    `env` is added to this process's environment and `cwd` is where the command starts; `run` may give others.
    `forward_stdio` lets its ordinary output go where the step's goes. With `forward_termination` a step that is told to
    stop passes that on (SIGINT) and waits `termination_timeout_seconds` before it kills.
    """

    def __init__(
        self,
        env: Mapping[str, str] | None = None,
        cwd: str | None = None,
        context_injector: PipesContextInjector | None = None,
        message_reader: PipesMessageReader | None = None,
        forward_termination: bool = True,
        forward_stdio: bool = True,
        termination_timeout_seconds: float = _GRACE,
    ) -> None:
        self.env = _environment(env)
        self.cwd = _folder(cwd)
        self.context_injector = (
            check.opt_of(
                context_injector,
                PipesContextInjector,
                "context_injector",
                "a PipesContextInjector",
            )
            or PipesTempFileContextInjector()
        )
        self.message_reader = (
            check.opt_of(
                message_reader, PipesMessageReader, "message_reader", "a PipesMessageReader"
            )
            or PipesTempFileMessageReader()
        )
        self.forward_termination = check.flag(forward_termination, "forward_termination")
        self.forward_stdio = check.flag(forward_stdio, "forward_stdio")
        self.termination_timeout_seconds = check.of(
            termination_timeout_seconds,
            (int, float),
            "termination_timeout_seconds",
            "a number of seconds",
        )

    def describe_config(self) -> dict[str, Any]:
        """For a manifest. Values of variables may be secrets and stay out."""
        return {
            "env": sorted(self.env),
            "cwd": self.cwd,
            "context_injector": type(self.context_injector).__name__,
            "message_reader": type(self.message_reader).__name__,
        }

    def run(
        self,
        *,
        context: Any,
        command: str | Sequence[Any],
        extras: Mapping[str, Any] | None = None,
        env: Mapping[str, str] | None = None,
        cwd: str | None = None,
    ) -> PipesClientCompletedInvocation:
        """Run `command` to its end. `DagsterPipesExecutionError` when it fails or sends what cannot be taken."""
        with session_of(context, self.context_injector, self.message_reader, extras) as session:
            handler = session.message_handler
            handler.forward_stdio = self.forward_stdio
            status = self._run(
                context,
                command,
                _folder(cwd) or self.cwd,
                {
                    **os.environ,
                    **self.env,
                    **_environment(env),
                    **session.get_bootstrap_env_vars(),
                },
                handler.stdio,
            )
        if status != 0:
            raise _failure(command, status, handler.exception)
        handler.raise_faults()
        return PipesClientCompletedInvocation(session)

    def _run(
        self,
        context: Any,
        command: str | Sequence[Any],
        cwd: str | None,
        env: Mapping[str, str],
        stdio: Mapping[str, int],
    ) -> int:
        from plait.pipes.child import DEVNULL, Child, held_signals

        rest = None if self.forward_stdio else DEVNULL
        child = None
        try:
            with held_signals():
                out, err = stdio.get("stdout", rest), stdio.get("stderr", rest)
                child = Child(command, cwd, env, out, err)
            return child.wait()
        except BaseException as error:  # told to stop, most of all
            if child is None and getattr(error, "errno", None) == errno.E2BIG:
                raise DagsterPipesExecutionError(
                    "the external process could not be started: its environment or command is longer than the system "
                    "allows. Pass large extras with PipesTempFileContextInjector"
                ) from error
            if child is not None and self.forward_termination:
                context.log.info(
                    "[pipes] the step stops, so the external process is told to (SIGINT)"
                )
                child.terminate(self.termination_timeout_seconds)
            raise
        finally:
            if child is not None:
                child.release()


def _failure(
    command: str | Sequence[Any], status: int, exception: Any
) -> DagsterPipesExecutionError:
    shown = command if isinstance(command, str) else " ".join(map(str, command))
    end = f"ended with status {status}" if status > 0 else f"was ended by signal {-status}"
    why = f": {protocol.exception_title(exception)}" if exception else ""
    error = DagsterPipesExecutionError(f'external process "{shown:.200}" {end}{why}')
    error.hint = "what it printed stands in the step's output"
    return error


def _environment(env: Mapping[str, str] | None) -> dict[str, str]:
    given = check.mapping(env, "env")
    for name, value in given.items():
        check.text(value, f"the value of environment variable {name}")
    return given


def _folder(cwd: Any) -> str | None:
    return check.opt_text(os.fspath(cwd) if isinstance(cwd, os.PathLike) else cwd, "cwd")
