"""What became of the cases that colleagues filed: their lists, kept views, exports, and being told of changes."""
