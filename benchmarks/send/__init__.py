"""How fast mail leaves, beside others: `python -m benchmarks.send`."""
