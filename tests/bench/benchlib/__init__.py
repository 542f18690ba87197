"""What the macro-benchmarks are made of: programs under test, load, rounds, reports."""
