"""What every package may ask: settings, the secret, days, text, the program's own sources. Imports nothing of ours."""
