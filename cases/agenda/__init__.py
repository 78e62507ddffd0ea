"""What a person plans for themselves: tasks, their reminders, and the calendar that all of it is read in."""
