"""How texts are taken for one another: maps, patterns, characters that nobody sees."""
