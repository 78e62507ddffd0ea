"""Run your day: everything that somebody has to do, as one list in the order to do it."""
