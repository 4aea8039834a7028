"""Use cases of imports: bringing files in, keeping what was done, deciding on what was checked."""
