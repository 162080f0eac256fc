"""What differs between SQLite and PostgreSQL, one module each with the same names."""
