"""A module with assets and no Definitions object: all its assets count, those in lists too."""

import dagster as dg


@dg.asset
def one(): ...


@dg.asset
def two(one): ...


several = [dg.asset(lambda: 1, name="three"), dg.asset(lambda: 1, name="four", group_name="g")]
alone = dg.AssetSpec("five")
old = dg.SourceAsset("six")
again = one
