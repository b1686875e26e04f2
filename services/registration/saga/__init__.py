"""What registration does on the word of others, and by itself, until a 仮登録 has ended (docs/states.md)."""
