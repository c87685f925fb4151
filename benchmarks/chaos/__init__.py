"""The proof by killing: `python -m benchmarks.chaos`."""
