"""Text to features to heads to calibrated probabilities; evaluation; the model artefact."""
