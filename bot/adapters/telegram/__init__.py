"""Telegram, by python-telegram-bot. The only folder that imports it."""
