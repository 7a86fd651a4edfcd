"""Supply: where pears come from - places, households, lots, movements, prices, allocation."""
