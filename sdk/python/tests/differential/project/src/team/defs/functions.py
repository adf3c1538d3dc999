import dagster as dg


@dg.definitions
def more():
    return dg.Definitions(resources={"extra": 1})


@dg.definitions
def still_more():
    return dg.Definitions(assets=[dg.AssetSpec("declared")])
