"""What a desk learns from its own history: figures, proof, roles and the plan of a week.

Tables and values in, values out; nothing here reads a file, asks for the time or draws.

``outcomes`` waits and open tickets of a history · ``intervals`` how sure a share or a mean is · ``numbers`` the five
figures of a desk · ``metrics`` and ``proof`` before against after, honestly · ``examples`` decisions and what came of
them · ``advice`` what the evidence says about the policy · ``blocks``, ``week`` and ``review`` the plan
of a week · ``roles`` who really handles what · ``repeats`` what a desk is told again · ``articles`` what an article
could answer · ``apart`` what differs from the rest by more than chance · ``handovers`` what bounces, where to train.
"""
