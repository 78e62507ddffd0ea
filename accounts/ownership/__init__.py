"""What stands in a person's name and belongs to the region's Sales User: found, given back, undone."""
