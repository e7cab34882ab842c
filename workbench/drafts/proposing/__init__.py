"""What a raw table seems to be, and the files of a study that say so."""
