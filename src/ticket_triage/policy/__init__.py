"""Scorecard, signals, escalation, SLA clock, routing and ranking: pure functions of ticket, prediction, policy and now."""
