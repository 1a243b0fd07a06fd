"""What people decided stands, in whatever order things happen: no lock is overwritten, nothing taken back returns."""

from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from ticket_triage.domain.decision import PRIORITIES
from ticket_triage.domain.desk import Agent, Desk, OpenTicket
from ticket_triage.domain.labels import URGENCY_LEVELS
from ticket_triage.domain.prediction import NO_PREDICTION, HeadPrediction, ModelReference, Prediction
from ticket_triage.domain.ticket import Ticket
from ticket_triage.policy import decide, load_policy

POLICY = load_policy()
TEAMS = tuple(POLICY.router.escalates_to)
PEOPLE = {f"{team}-{number}": team for team in TEAMS for number in (1, 2)}
BODIES = ("Checkout is down for everyone", "My payment fails", "How do I export a chart?", "There is a typo", "")
CATEGORIES = ("checkout", "payments", "billing_invoice", "how_to")


class Ticketing(RuleBasedStateMachine):
    """One ticket on a desk where people and the world do as they like."""

    def __init__(self):
        super().__init__()
        self.now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
        self.body, self.facts, self.prediction = BODIES[0], {}, NO_PREDICTION
        self.locks, self.reverts, self.bounces = {}, [], []
        self.away, self.closed, self.load = set(), set(), {}
        self.decision = None
        self.decide()

    @rule(priority=st.sampled_from(PRIORITIES))
    def a_person_sets_the_priority(self, priority):
        self.locks["priority"] = priority

    @rule(team=st.sampled_from(TEAMS))
    def a_person_sets_the_team(self, team):
        self.locks["team"] = team
        self.locks.pop("agent", None)

    @rule(name=st.sampled_from(sorted(PEOPLE)))
    def a_person_sets_the_agent(self, name):
        self.locks["agent"] = name
        self.locks.pop("team", None)

    @rule(urgency=st.sampled_from(URGENCY_LEVELS))
    def a_person_corrects_the_urgency(self, urgency):
        self.locks["urgency"] = urgency

    @rule(category=st.sampled_from((*CATEGORIES, "gardening")))
    def a_person_corrects_the_category(self, category):
        self.locks["category"] = category

    @rule(what=st.sampled_from(["priority", "team", "agent"]))
    def a_person_lets_go(self, what):
        self.locks.pop(what, None)

    @precondition(lambda self: self.decision.route.team is not None)
    @rule(whole=st.booleans())
    def a_person_takes_the_suggestion_back(self, whole):
        route = self.decision.route
        self.reverts.append(route.team if whole or route.agent is None else route.agent)

    @precondition(lambda self: self.decision.runners_up)
    @rule()
    def a_person_rules_out_the_runner_up(self):
        self.reverts.append(self.decision.runners_up[0].team)

    @rule(team=st.sampled_from(TEAMS))
    def a_team_hands_it_on(self, team):
        self.bounces.append(team)

    @rule(names=st.sets(st.sampled_from(sorted(PEOPLE)), max_size=6), teams=st.sets(st.sampled_from(TEAMS), max_size=3))
    def people_come_and_go(self, names, teams):
        self.away, self.closed = names, teams

    @rule(name=st.sampled_from(sorted(PEOPLE)), minutes=st.integers(0, 600))
    def work_piles_up(self, name, minutes):
        self.load[name] = minutes

    @rule(body=st.sampled_from(BODIES), users=st.none() | st.integers(0, 2000))
    def the_requester_writes_again(self, body, users):
        self.body, self.facts = body, {"affected_users": users}

    @rule(category=st.sampled_from(CATEGORIES), share=st.floats(0.4, 0.99))
    def another_model_is_put_into_use(self, category, share):
        others = [name for name in CATEGORIES if name != category]
        shares = (share, *[(1 - share) / len(others)] * len(others))
        head = HeadPrediction("category", category, (category, *others), shares)
        self.prediction = Prediction((head,), ModelReference("m", category, "0" * 64), 0.0)

    @rule(hours=st.integers(1, 100))
    def time_passes(self, hours):
        self.now += timedelta(hours=hours)

    @invariant()
    def people_have_the_last_word(self):
        self.decide()
        decision, locks = self.decision, self.locks
        if "priority" in locks:
            assert decision.priority == locks["priority"]
        team = locks.get("team", PEOPLE.get(locks.get("agent")))
        if team is not None:
            assert decision.route.team == (None if team in self.closed else team)
        if "agent" in locks and team not in self.closed:
            assert decision.route.agent == locks["agent"]
        for option in (decision.route, *decision.runners_up):
            assert option.team not in self.reverts or option.team == team
            assert option.agent not in self.reverts or option.agent is None or option.agent == locks.get("agent")
            assert option.team not in self.closed
        for head in {"urgency", "category"} & locks.keys():
            assert (decision.answer(head).answer, decision.answer(head).automatic) == (locks[head], True)
        if "urgency" in locks:
            [line] = [line for line in decision.scorecard if line.criterion == "urgency"]
            assert (line.evidence, line.origin) == (f"urgency {locks['urgency']} said by a person", "given")
        if "category" in locks:
            assert decision.facts["category"] == locks["category"]
        assert decision.escalation.functional is None or decision.escalation.functional not in self.reverts

    def decide(self):
        """Decide the ticket on the desk as it stands now."""
        people = [
            Agent(name, team, skills=CATEGORIES, present=name not in self.away, load_minutes=self.load.get(name, 0))
            for name, team in PEOPLE.items()
        ]
        desk = Desk(
            agents=tuple(people),
            queue=(OpenTicket("T-2", "payments", "P2", 30),),
            closed_teams=frozenset(self.closed),
            locks={"T-1": dict(self.locks)} if self.locks else {},
            reverts={"T-1": tuple(self.reverts)},
            bounces={"T-1": tuple(self.bounces)},
        )
        ticket = Ticket("T-1", body=self.body, opened_at=datetime(2026, 3, 2, 8, 0, tzinfo=UTC), **self.facts)
        self.decision = decide(ticket, self.prediction, POLICY, self.now, desk)


TestTicketing = Ticketing.TestCase
TestTicketing.settings = settings(deadline=None, max_examples=40, stateful_step_count=25)
