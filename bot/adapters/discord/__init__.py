"""Discord: slash commands, buttons and menus through the gateway, answers as Components V2."""
