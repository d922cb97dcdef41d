"""Makes the bundled encoder again from its published weights."""
