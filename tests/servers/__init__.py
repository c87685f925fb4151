"""Real and scripted servers for the tests; no test may need a network beyond loopback."""
