"""One pass over invented tickets of any number: time, memory, near-duplicates found; beside scikit-learn on a part.

Run: ``python tests/benchmarks/repeat_speed.py 1000000``. A year of tickets is made while it is read: 50 to 60 words
from 30,000, one sentence in six from 4,000 standing ones, one ticket in fifty a near-duplicate (one to three words
changed) of one that came up to 20,000 tickets before, and one outage in 100,000 tickets of which sixty people tell in
their own order. The rival has no one-pass way: ``HashingVectorizer`` and ``NearestNeighbors`` hold the first tickets
in memory and ask each for the nearest one before it; its time grows with the square of their number.
"""

import argparse
import resource
import sys
import time
from datetime import UTC, datetime, timedelta

import numpy as np
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.neighbors import NearestNeighbors

from ticket_triage.modelling.repeats.bursts import Arrival
from ticket_triage.modelling.repeats.stream import RepeatStream

BAR_S_A_MILLION, PART, YEAR_S = 600, 512, 365 * 24 * 3600
VOCABULARY, STANDING, DUPLICATES, BACK, OUTAGE_EVERY, OUTAGE_TICKETS = 30_000, 4_000, 0.02, 20_000, 100_000, 60
SAME = 0.7
SYLLABLES = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "ar", "en", "il", "os", "un")]
START = datetime(2025, 1, 6, tzinfo=UTC)


def word(number):
    """Return an invented word, another for each number."""
    first, rest = divmod(number, len(SYLLABLES) ** 2)
    return SYLLABLES[rest // len(SYLLABLES)] + SYLLABLES[rest % len(SYLLABLES)] + SYLLABLES[first]


class Maker:
    """Makes tickets in order of their coming, and remembers which are near-duplicates and which tell of an outage."""

    def __init__(self, number, seed):
        self.number, self.chance = number, np.random.default_rng(seed)
        self.words = [word(place) for place in range(VOCABULARY)]
        self.standing = [self.sentence() for _ in range(STANDING)]
        self.recent, self.twin_of, self.outage_of = [], {}, {}
        self.copies = set()

    def sentence(self):
        """Return nine to eleven words, the common ones most often."""
        ranks = (VOCABULARY ** self.chance.random(int(self.chance.integers(9, 12)))).astype(int) - 1
        return " ".join([self.words[rank] for rank in ranks])

    def __iter__(self):
        """Yield the tickets."""
        moments = np.sort(self.chance.random(self.number)) * YEAR_S
        outage, left = None, 0
        for place, second in enumerate(moments.tolist()):
            if place % OUTAGE_EVERY == OUTAGE_EVERY // 2:
                outage, left = [self.sentence() for _ in range(2)], OUTAGE_TICKETS
            text, name = None, f"N-{place}"
            if left and self.chance.random() < 0.8:
                text, left = self.about(outage), left - 1
                self.outage_of[name] = place // OUTAGE_EVERY
            elif self.recent and self.chance.random() < DUPLICATES:
                text = self.twin(name)
            text = text or ". ".join(self.plain() for _ in range(5))
            if len(self.recent) < BACK:
                self.recent.append((name, text))
            else:
                self.recent[place % BACK] = (name, text)
            at = START + timedelta(seconds=second)
            yield Arrival(name, text, at, f"r{self.chance.integers(0, max(self.number // 5, 1))}")

    def plain(self):
        """Return a sentence, one in six a standing one."""
        return self.standing[self.chance.integers(STANDING)] if self.chance.random() < 1 / 6 else self.sentence()

    def about(self, outage):
        """Return a ticket about an outage."""
        told = [outage[self.chance.integers(len(outage))], *(self.plain() for _ in range(4))]
        return ". ".join(told[place] for place in self.chance.permutation(len(told)))

    def twin(self, name):
        """Return an earlier text with one to three words changed."""
        whose, text = self.recent[self.chance.integers(len(self.recent))]
        pieces = text.split(" ")
        for _ in range(self.chance.integers(1, 4)):
            pieces[self.chance.integers(len(pieces))] = self.words[self.chance.integers(VOCABULARY)]
        self.twin_of[name] = whose
        return " ".join(pieces)


def peak_mib():
    """Return the most memory the process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def one_pass(number, seed, keep):
    """Read the tickets once; return the seconds and processor seconds it took, what was found, and the first few."""
    maker, stream, kept = Maker(number, seed), RepeatStream(), []
    wall = processor = 0.0
    copies, part = {}, []
    for ticket in maker:
        part.append(ticket)
        if len(kept) < keep:
            kept.append(ticket)
        if len(part) == PART or len(copies) + len(part) == number:
            begun = time.perf_counter(), time.process_time()
            seen = stream.feed(part)
            wall, processor = wall + time.perf_counter() - begun[0], processor + time.process_time() - begun[1]
            copies.update((one.ticket_id, one.copy_of) for one in seen)
            part = []
            if len(copies) % (200 * PART) == 0:
                print(f"  {len(copies):,}: {wall:.0f} s, {peak_mib():.0f} MiB", file=sys.stderr, flush=True)
    return wall, processor, stream, copies, maker, kept


def rival(kept):
    """Ask for the nearest earlier ticket of each; return the seconds and whom it found to be near-identical."""
    begun = time.perf_counter(), time.process_time()
    X = HashingVectorizer(ngram_range=(1, 2), n_features=1 << 20, alternate_sign=False).transform(
        [one.text for one in kept]
    )
    found = {}
    index = NearestNeighbors(n_neighbors=2, metric="cosine", algorithm="brute", n_jobs=1).fit(X)
    for start in range(0, len(kept), PART):
        far, near = index.kneighbors(X[start : start + PART])
        for row, (distances, places) in enumerate(zip(far, near, strict=True), start=start):
            earlier = [p for p, d in zip(places.tolist(), distances.tolist(), strict=True) if p < row and 1 - d >= SAME]
            found[kept[row].ticket_id] = kept[earlier[0]].ticket_id if earlier else None
    return time.perf_counter() - begun[0], time.process_time() - begun[1], found


def skill(found, twins):
    """Return the share of near-duplicates that were recognised, and of those called so that are."""
    asked = [name for name in found if name in twins]
    called = [name for name, whose in found.items() if whose is not None]
    hit = sum(found[name] is not None for name in asked)
    return hit / max(len(asked), 1), sum(name in twins for name in called) / max(len(called), 1)


def main():
    """Print the figures and return 1 when a million tickets would take longer than the bar."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tickets", type=int, nargs="?", default=100_000)
    parser.add_argument("--rival", type=int, default=10_000, help="tickets the rival is given")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    before = peak_mib()
    wall, processor, stream, copies, maker, kept = one_pass(options.tickets, options.seed, options.rival)
    scale = 1e6 / options.tickets
    recall, precision = skill(copies, maker.twin_of)
    print(
        f"one pass over {options.tickets:,}: {wall:.0f} s ({processor:.0f} s of processor time, "
        f"{processor / options.tickets * 1e6:.0f} µs each; a million: {processor * scale:.0f} s); "
        f"{before:.0f} MiB before, {peak_mib():.0f} MiB at most"
    )
    print(f"  near-duplicates: recall {recall:.3f}, precision {precision:.3f} of {len(maker.twin_of):,} planted")
    outages = set(maker.outage_of.values())
    told = [[maker.outage_of.get(name) for name in one.ticket_ids] for one in stream.detector.bursts]
    wrong = sum(2 * one.count(None) >= len(one) for one in told)
    print(
        f"  bursts: {len(told)}, {wrong} of them mostly of no outage; found {len(outages & set().union(*told))} of "
        f"{len(outages)} outages; "
        f"memory: {len(stream.texts):,} texts, {len(stream.statements):,} statements, "
        f"{len(stream.detector.watch):,} recent tickets, {stream.detector.watch.tables:,} counters"
    )
    wall_r, processor_r, found = rival(kept)
    first = {name: copies[name] for name in found}
    recall_r, precision_r = skill(found, maker.twin_of)
    recall, precision = skill(first, maker.twin_of)
    print(
        f"rival on the first {len(kept):,}: {wall_r:.0f} s ({processor_r:.0f} s of processor time; a million by its "
        f"square: {processor_r * (1e6 / len(kept)) ** 2 / 3600:.0f} h), recall {recall_r:.3f}, precision "
        f"{precision_r:.3f}; ours on the same recall {recall:.3f}, precision {precision:.3f}; {peak_mib():.0f} MiB"
    )
    return 0 if processor * scale <= BAR_S_A_MILLION else 1


if __name__ == "__main__":
    sys.exit(main())
