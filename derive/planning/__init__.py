"""What is made before what, of which kind, and the run of it."""
