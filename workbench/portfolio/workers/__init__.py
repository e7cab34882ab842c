"""Where studies run: on this machine or on a cluster, each in a process of its own."""
