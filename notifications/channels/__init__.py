"""Ways out, each a stranger to the others."""
