"""HTTP: one bounded, guarded, conditional GET."""
