"""Use cases of the product; they know `bot.core` and nothing of platforms, databases or files."""
