"""A small invented desk whose labels follow its words."""

import numpy as np
import pandas as pd

SIGNS = {
    "low": "icon colour font tooltip",
    "high": "crash failed error blocked",
    "critical": "outage loss everyone breach",
}
TOPICS = {"billing": "invoice payment refund", "access": "login password account"}
FILLER = "the page our team sees since monday on every screen please look into this thing with some care today"


def invented_history(rows=240, seed=0):
    """Return tickets whose urgency and category show in their words; sentiment is labelled in every other row."""
    rng = np.random.default_rng(seed)
    urgency, topic = rng.choice(list(SIGNS), rows), rng.choice(list(TOPICS), rows)
    bodies = [
        " ".join(
            rng.permutation(
                [*rng.choice(SIGNS[u].split(), 2), *rng.choice(TOPICS[t].split(), 2), *rng.choice(FILLER.split(), 9)]
            )
        )
        for u, t in zip(urgency, topic, strict=True)
    ]
    moods = np.where(urgency == "low", "positive", "negative")
    return pd.DataFrame(
        {
            "ticket_id": [f"T-{number}" for number in range(rows)],
            "body": bodies,
            "channel": rng.choice(["email", "phone"], rows),
            "urgency": urgency,
            "category": topic,
            "sentiment": np.where(np.arange(rows) % 2 == 0, moods, None),
        }
    )
