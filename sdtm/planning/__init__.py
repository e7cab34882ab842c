"""What a build of tabulations does, in which order, and what is wrong before it starts."""
