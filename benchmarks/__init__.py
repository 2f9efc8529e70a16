"""How fast the kit is, as ratios measured in one run: `python -m benchmarks`, or `make bench`."""
