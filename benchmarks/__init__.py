"""What `make bench` runs: our pages beside two limits and two peers, in server CPU per request."""
