"""What a build found, as questions: about what, to whom, and which of them are known already."""
