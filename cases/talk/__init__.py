"""What people say to each other about a case, and what they are told of."""
