"""What people file with the county: what rows mean, and every fault by its place."""
