"""One act on many cases: chosen from a list, previewed, done by the same domain calls, undone within a minute."""
