"""What user code declares: assets, hooks, definitions, and where they are found. Nothing of it runs a step."""
