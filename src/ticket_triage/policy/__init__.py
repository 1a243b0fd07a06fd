"""What the desk should do: pure functions of (ticket, prediction, policy, now).

``load_policy`` reads one TOML file · ``decide`` gives a ticket its receipt · ``rank`` puts decided tickets in order.

``schema`` and ``checks`` what a file may say · ``loading`` file to policy, with ``extending``, ``faults`` and
``lines`` · ``compiled`` the policy itself ·
``phrases``, ``conditions``, ``signals``, ``categories`` what is found in a ticket, gathered in a ``case`` ·
``scorecard`` the points, with ``stake``, ``moods`` and ``inflation`` · ``ladder`` points to priority, ``outlook`` how
sure it is · ``calendars`` and ``public_holidays``, ``clock``, ``targets`` deadlines · ``statuses``, ``timeline``,
``run``, ``sla``, ``pace`` the clocks of a ticket's log, ``logged`` what a decision reads of it, ``due`` by when ·
``segments`` of customers · ``routing`` the team and agent, with ``staffing`` ·
``escalation`` the ten questions ·
``action`` how far to act alone · ``wording`` the sentence, ``messages`` drafts for people ·
``corrections`` what people said · ``finding`` what a ticket holds, ``deciding`` what follows from it,
``replaying`` the same again from a receipt, ``counterfactual`` and ``otherwise`` with some ``inputs`` changed,
``asking`` what to ask for · ``ranking`` the queue, with ``strategies``, ``choices``, ``waiting`` and ``surge`` ·
``delays`` whom a ticket delays · ``handing_out`` a queue to people ·
``answers`` what is taken from each head, with ``costs`` and ``taxonomy`` · ``units`` exact figures ·
``areas`` the map of support work.
"""

from ticket_triage.policy.compiled import Policy
from ticket_triage.policy.counterfactual import what_would_change
from ticket_triage.policy.deciding import decide, decide_many
from ticket_triage.policy.delays import delayed_by
from ticket_triage.policy.finding import loudness_of
from ticket_triage.policy.handing_out import hand_out
from ticket_triage.policy.loading import load_policy, parse_policy, policy_faults, policy_text, restored_policy
from ticket_triage.policy.ranking import Ranked, Ranking, rank
from ticket_triage.policy.replaying import decide_again

__all__ = [
    "Policy",
    "Ranked",
    "Ranking",
    "decide",
    "decide_again",
    "decide_many",
    "delayed_by",
    "hand_out",
    "load_policy",
    "loudness_of",
    "parse_policy",
    "policy_faults",
    "policy_text",
    "rank",
    "restored_policy",
    "what_would_change",
]
