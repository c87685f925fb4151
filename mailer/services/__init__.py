"""Services: one module per journey; decisions taken in transactions."""
