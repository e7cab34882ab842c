"""What a build of analysis data does, in which order, and the kinds of its lines."""
