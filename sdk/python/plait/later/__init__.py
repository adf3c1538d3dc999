"""Definitions of Dagster that plait accepts and does not run yet: a location that has them loads, and says so.

They hold what they were given and do nothing. Leaving them out changes nothing about how an asset is made; where it would
(partitions, graphs of ops), the asset's step refuses to run, with the same sentence. Each module holds one family.
"""
