"""Example exports of the five seed territories and the generator that writes them."""
