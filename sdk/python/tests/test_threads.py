"""Fork or spawn: pools that importing starts are fine, pools that user code has put to work are not.

The cases are those that were measured: after some a forked child hangs or dies.
"""

from __future__ import annotations

import textwrap

import pytest

CASES = [
    ("numpy", "import numpy", "fork"),
    ("pandas", "import pandas", "fork"),
    ("pyarrow", "import pyarrow", "fork"),
    ("polars", "import polars", "fork"),
    ("sklearn", "import sklearn.ensemble", "fork"),
    ("numpy", "import numpy\nnumpy.ones((600, 600)) @ numpy.ones((600, 600))", "fork"),
    (
        "polars",
        "import polars as pl\npl.DataFrame({'a': range(100000)}).lazy().group_by('a').len().collect()",
        "spawn",
    ),
    (
        "sklearn",
        "import numpy\nfrom sklearn.ensemble import HistGradientBoostingClassifier as H\n"
        "H(max_iter=2).fit(numpy.random.rand(3000, 4), numpy.arange(3000) % 2)",
        "spawn",
    ),
    (
        "",
        "import threading, time\nthreading.Thread(target=time.sleep, args=(99,), daemon=True).start()",
        "spawn",
    ),
    ("", "import threading\nt = threading.Thread(target=print)\nt.start()\nt.join()", "fork"),
]


@pytest.mark.parametrize(("package", "text", "method"), CASES)
def test_start_method_follows_what_user_code_did(host, package, text, method):
    if package:
        pytest.importorskip(package)
    body = "import dagster as dg\n" + text + "\n\n@dg.asset\ndef one():\n    return 1\n"
    client = host({"defs.py": body})
    reply = client.compile()
    if not reply["ok"] and reply["error"]["kind"] == "missing_module":
        pytest.skip(f"{package} is not there for this interpreter")
    assert reply["ok"], reply
    start = client.manifest["start"]
    assert start["method"] == method, start
    assert start["reason"]
    attempt = client.run("one")
    assert attempt.exception is None, attempt.exception


USES = textwrap.dedent(
    """
    import dagster as dg
    {imports}

    @dg.asset
    def one():
        {use}
        return 1
    """
)


@pytest.mark.parametrize(
    ("package", "imports", "use"),
    [
        ("numpy", "import numpy", "numpy.linalg.svd(numpy.random.rand(300, 300))"),
        (
            "polars",
            "import polars as pl",
            "pl.DataFrame({'a': range(100000)}).lazy().group_by('a').len().collect()",
        ),
        (
            "sklearn",
            "from sklearn.ensemble import RandomForestClassifier as F\nimport numpy",
            "F(20, n_jobs=2).fit(numpy.random.rand(200, 4), numpy.arange(200) % 2)",
        ),
    ],
)
def test_forked_step_can_use_what_was_imported(host, package, imports, use):
    pytest.importorskip(package)
    client = host({"defs.py": USES.format(imports=imports, use=use)})
    reply = client.compile()
    if not reply["ok"]:
        pytest.skip(f"{package} is not there for this interpreter")
    assert client.manifest["start"]["method"] == "fork"
    attempt = client.run("one")
    assert attempt.exception is None and attempt.exit["code"] == 0
