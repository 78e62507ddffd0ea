"""Measurements: what the desk must do fast, each beside what it is compared with, in one run on one machine."""
