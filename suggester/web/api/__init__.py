"""What the plugin calls: JSON over HTTP under /v1."""
