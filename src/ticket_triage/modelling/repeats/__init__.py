"""What is told again: in one pass over tickets as they come, in memory that does not grow.

``traces`` what a text leaves behind by which it is known again · ``leaders`` texts that say the same · ``rhythm`` and
``watch`` what is usual and what was told lately · ``bursts`` many people at once · ``stream`` all of it.
"""
