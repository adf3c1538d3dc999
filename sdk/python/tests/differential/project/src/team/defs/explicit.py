import dagster as dg


@dg.asset
def chosen(): ...


@dg.asset
def left_out(): ...


defs = dg.Definitions(assets=[chosen])
