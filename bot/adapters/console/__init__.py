"""The terminal as a platform: the same commands, for one person."""
