import dagster as dg
from team.defs.ingest.raw import raw


@dg.asset(deps=[raw])
def clean(): ...
