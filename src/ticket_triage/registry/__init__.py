"""Immutable folders of models with hashes, and the pointer that names the one in use. Standard library only."""
