"""The nouns: what was asked, of whom, and what came back. Frozen values; studies are data."""
