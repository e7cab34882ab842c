"""What a code or a rule means, by our names and by those that people know."""
