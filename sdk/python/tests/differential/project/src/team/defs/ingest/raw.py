import dagster as dg


@dg.asset(group_name="raw")
def raw(): ...


several = [dg.asset(lambda: 1, name="r1"), dg.AssetSpec("r2")]
ignored_tuple = (dg.asset(lambda: 1, name="in_tuple"),)
ignored_dict = {"a": dg.asset(lambda: 1, name="in_dict")}
