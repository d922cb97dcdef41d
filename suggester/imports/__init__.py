"""The files of other tools: what is in them, and what they say of a site's posts; and tables that such tools read."""
