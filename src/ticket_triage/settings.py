"""Settings of the running program, read from ``TRIAGE_`` variables by the command line and the API alone.

Nothing here changes an answer: scorecard weights live in the policy file, training recipes in the artefact.
"""
