"""Orders: what was promised - cart, checkout, holds, parcels, packing, shortfall, lifecycle."""
