"""Pactwatch: a sourced news and fact bot. See ARCHITECTURE.md for the map."""
