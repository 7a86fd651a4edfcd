"""``make lighthouse``: what Lighthouse says of the first pages on a phone."""
