"""``triage demo``: the first thing anybody runs."""

import re


def test_the_demonstration_trains_judges_and_ranks(program, tmp_path):
    ended = program("demo", "--no-serve", "--fast")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert re.match(r"Learnt from 5,120 tickets in \d+\.\d s; judged on 1,275 \(", ended.stdout)
    for head in ("urgency", "category", "sentiment"):
        assert f"\n{head}, 1," in ended.stdout
    ceilings = re.findall(r"accuracy +(0\.\d{3}) \[.*ceiling (0\.\d{3})", ended.stdout)
    assert len(ceilings) == 3
    assert all(float(reached) < float(ceiling) for reached, ceiling in ceilings)
    places = re.findall(r"^ *(\d+)  (P[1-4]) +(\d+\.\d\d)  \w", ended.stdout, re.MULTILINE)
    assert [int(place) for place, _, _ in places] == list(range(1, 25))
    assert [priority for _, priority, _ in places] == sorted(priority for _, priority, _ in places)
    outage, icon = ended.stdout.index("Checkout is down for all"), ended.stdout.index("URGENT!!! the icon")
    assert outage < icon
    assert max(map(len, ended.stdout.splitlines())) <= 100
    assert (tmp_path / "models" / "demo" / "champions" / "0001.json").is_file()
