"""What happened to a site's links, told to its owner: on the dashboard, by email, by webhook."""
