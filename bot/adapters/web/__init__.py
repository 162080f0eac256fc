"""What is served by HTTP: health and Telegram's webhook."""
