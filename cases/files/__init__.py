"""Files on cases: what may be attached, by whom, how it is kept, and how it is given out."""
