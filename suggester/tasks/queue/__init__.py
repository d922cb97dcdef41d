"""The queue: what is to be done for each site, when, by which worker, and what becomes of it where it fails."""
