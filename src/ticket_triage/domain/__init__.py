"""The words of the field, as frozen values: standard library only.

``ticket`` what comes in · ``labels`` what a head answers with · ``text`` the one normalisation that models and rules
share · ``prediction`` what a text means · ``decision`` what the desk should do, and
the receipt that says why, ``receipt_form`` its parts as plain values, ``moments`` how it writes times ·
``events`` what happened to a ticket · ``clocks`` what its service clocks say.
"""
