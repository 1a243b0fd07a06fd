"""Tickets in: readers, column mappings, checks; ``sample`` makes the invented history."""
