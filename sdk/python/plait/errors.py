"""Exceptions that user code may catch, by the names it already knows.

The tree is Dagster's public one. A definition that cannot be right raises ``DagsterInvalidDefinitionError``; an
argument of a wrong type raises ``CheckError``. Every message says what is wrong, where, and the remedy.
"""

from __future__ import annotations


class DagsterError(Exception):
    """Root of everything plait raises on purpose, argument checks excepted."""

    @property
    def is_user_code_error(self) -> bool:
        return False


class DagsterInvalidDefinitionError(DagsterError):
    """A definition contradicts itself or its neighbours."""


class DagsterInvalidDeploymentError(DagsterError):
    """The deployment cannot serve what was asked of it."""


class DagsterInvariantViolationError(DagsterError):
    """A rule between objects does not hold."""


class DagsterInvalidInvocationError(DagsterError):
    """A definition was called with arguments it cannot take."""


class DagsterInvalidSubsetError(DagsterError):
    """A selection names what does not exist or may not be split."""


class DagsterInvalidConfigDefinitionError(DagsterError):
    """A configuration schema cannot be read."""


class DagsterInvalidConfigError(DagsterError):
    """Configuration values do not fit their schema."""


class DagsterConfigMappingFunctionError(DagsterError):
    """A configuration mapping failed."""


class DagsterInvalidMetadata(DagsterError):
    """A metadata value cannot be stored."""


class DagsterInvalidPropertyError(DagsterError):
    """A property was read that is not there in this place."""


class DagsterUnknownResourceError(DagsterError, AttributeError):
    """``context.resources`` was asked for a resource that the asset does not require."""


class DagsterUnknownPartitionError(DagsterError):
    """A partition key does not exist."""


class DagsterUnresolvableSymbolError(DagsterError):
    """A name in an annotation has no meaning where it stands."""


class DagsterExecutionStepNotFoundError(DagsterError):
    """No step of that name."""


class DagsterStepOutputNotFoundError(DagsterError):
    """A step ended without an output that it must give."""


class DagsterRunNotFoundError(DagsterError):
    """No run of that id."""


class DagsterTypeCheckError(DagsterError):
    """A value is not of its declared type."""


class DagsterTypeCheckDidNotPass(DagsterError):
    """A value failed the check of its declared type."""


class DagsterUnmetExecutorRequirementsError(DagsterError):
    """The executor cannot run this."""


class DagsterSubprocessError(DagsterError):
    """A child process failed."""


class DagsterPipesError(DagsterError):
    """What an external process reported is not what was asked for."""


class DagsterPipesExecutionError(DagsterError):
    """An external process failed, or sent what cannot be taken."""

    hint: str | None = None


class DagsterEventLogInvalidForRun(DagsterError):
    """The events of a run contradict each other."""


class DagsterImportError(DagsterError):
    """A module of user code cannot be imported."""


class DagsterExecutionInterruptedError(BaseException):
    """The step was told to stop."""


class DagsterUserCodeExecutionError(DagsterError):
    """User code raised; ``user_exception`` is what it raised."""

    def __init__(self, *args, user_exception=None, original_exc_info=None, **kwargs):
        super().__init__(*args)
        self.user_exception = user_exception
        self.original_exc_info = original_exc_info
        for name, value in kwargs.items():
            setattr(self, name, value)

    @property
    def is_user_code_error(self) -> bool:
        return True


class DagsterExecutionStepExecutionError(DagsterUserCodeExecutionError):
    """A step's body raised."""


class DagsterExecutionLoadInputError(DagsterUserCodeExecutionError):
    """An I/O manager raised while it loaded an input."""


class DagsterExecutionHandleOutputError(DagsterUserCodeExecutionError):
    """An I/O manager raised while it stored an output."""


class DagsterResourceFunctionError(DagsterUserCodeExecutionError):
    """A resource could not be made."""


class CircularDependencyError(DagsterInvalidDefinitionError):
    """Assets wait for each other."""


class CheckError(Exception):
    """An argument is not what the callee can take."""


class ParameterCheckError(CheckError):
    """An argument has the wrong type; the message names the parameter."""


class ElementCheckError(CheckError):
    """An element of a collection has the wrong type."""


class NotImplementedCheckError(CheckError):
    """A branch that does not exist."""


class PlaitNotCoveredError(DagsterInvalidDefinitionError):
    """User code asks for a feature of Dagster that plait does not cover yet."""


class PreviewWarning(Warning):
    """A feature of a preview is used. plait never warns so; code that silences it loads."""


class BetaWarning(Warning):
    """A feature in beta is used. plait never warns so; code that silences it loads."""


class SupersessionWarning(FutureWarning):
    """Something that has a better successor is used."""


class ConfigArgumentWarning(SyntaxWarning):
    """A configuration argument is misused."""
