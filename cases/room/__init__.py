"""Clean your room: what each advocate has to put in order, found, told of once a week, and dealt with in place."""
