"""The steps that a host rehearses before it forks are seen by nobody."""

from __future__ import annotations

import time

import pytest


@pytest.mark.parametrize("listens", [False, True])
def test_rehearsal_has_no_effect_outside_of_the_host(ready, listens):
    client = ready(
        f"""
        import logging
        import dagster as dg

        if {listens}:
            logging.getLogger("dagster").addHandler(logging.FileHandler("heard", delay=True))

        class Refusing(dg.IOManager):
            def handle_output(self, context, obj):
                open("stored", "w").close()
            def load_input(self, context):
                raise NotImplementedError

        @dg.resource
        def connection(context):
            open("connected", "w").close()
            yield 1

        @dg.asset
        def one():
            return 1

        defs = dg.Definitions([one], resources={{"io_manager": Refusing(), "connection": connection}})
        """
    )
    before = sorted(client.root.rglob("*")), sorted(client.state.rglob("*"))
    worker = client.workers()[0]
    time.sleep(0.2)
    after = sorted(client.root.rglob("*")), sorted(client.state.rglob("*"))
    assert [path for path in after[0] if "__pycache__" not in path.parts] == [
        path for path in before[0] if "__pycache__" not in path.parts
    ]
    assert [path for path in after[1] if not {"pycache", "workers"} & set(path.parts)] == [
        path for path in before[1] if not {"pycache", "workers"} & set(path.parts)
    ]
    assert client.log.read_text() == ""
    step = worker.run("one")
    assert step.exception is None and (client.root / "stored").exists()
