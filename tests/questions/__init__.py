"""How well questions are answered: sets of questions by strangers, and what measures and calibrates with them."""
