"""Running a step's body: its context, its inputs and outputs, its hooks, its retries. It takes definitions as they are."""
