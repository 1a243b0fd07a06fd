"""Sentence meaning beside the n-grams, from an encoder folder that the user names. Nothing is ever downloaded.

``folder`` reads and checks a folder in sentence-transformers layout · ``transformer`` is the forward pass in NumPy ·
``tokens`` cuts texts into an encoder's tokens · ``static`` distils a table of token vectors · ``full`` runs the encoder
itself · ``block`` is what training and serving see of either · ``files`` keeps one in an artefact. PyTorch is needed
nowhere; the packages of the extra ``semantic`` are imported when an encoder is first used.
"""
