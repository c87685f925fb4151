"""The database: every line of SQL, and nothing else."""
