"""Calling an asset's function directly, as a unit test does. What a run would give it comes with the context that the caller
passes; how a context comes by that is known to those who make them (``running/direct.py``)."""

from __future__ import annotations

from plait import signatures
from plait.errors import DagsterInvalidInvocationError


class CallContext:
    """What ``build_asset_context`` makes."""

    def call(self, definition, args: tuple, keywords: dict):
        """Call the function of ``definition``, with what the arguments leave open."""
        raise NotImplementedError


def call(definition, args: tuple, keywords: dict):
    """Call the function of an ``AssetsDefinition``: its result comes back as it is."""
    wanted = definition.context_parameter
    if args and isinstance(args[0], CallContext):
        context, args = args[0], args[1:]
    else:
        context = keywords.pop(wanted, None)
    if wanted is not None and context is not None:
        if wanted in signatures.read(definition.fn).positional:
            args = (context, *args)
        else:
            keywords[wanted] = context
    elif wanted is not None and not args:
        raise DagsterInvalidInvocationError(
            'the function of %s has a parameter "%s", but was called without a context; pass dg.build_asset_context() as '
            "the first argument" % (definition.name, wanted)
        )
    if isinstance(context, CallContext):
        return context.call(definition, args, keywords)
    return definition.fn(*args, **keywords)
