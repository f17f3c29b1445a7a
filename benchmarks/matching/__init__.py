"""How well names written by other people find their organisation: a generated region with the true answer known."""
