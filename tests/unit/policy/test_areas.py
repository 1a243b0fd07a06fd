"""The map of support work and the routing agree, or it is said where they do not."""

import pytest

from ticket_triage import load_policy
from ticket_triage.errors import PolicyInvalidError, PolicyUnreadableError
from ticket_triage.policy.areas import faults, load_areas

HEAD = 'name = "Desk"\npromise = "We answer."\n'


@pytest.fixture
def write(tmp_path):
    def written(text):
        path = tmp_path / "areas.toml"
        path.write_text(text)
        return path

    return written


@pytest.fixture(scope="module")
def policy():
    return load_policy()


def test_the_shipped_map_fits_the_shipped_policy(policy):
    assert faults(load_areas(), policy) == []


def test_every_shipped_area_has_tasks_for_a_week():
    assert all(len(area.all_tasks) >= 4 for area in load_areas().areas.values())


def test_queues_without_an_area_and_skills_astray_are_named(write, policy):
    text = '[areas.one]\ntitle = "One"\nqueue = "billing"\nskills = ["how_to", "Payments"]\n'
    found = "\n".join(faults(load_areas(write(HEAD + text)), policy))
    assert "Queue 'payments' is an orphan" in found
    assert "Queue 'billing' is an orphan" not in found
    assert "The map puts 'how_to' under queue 'billing', but the policy routes it to 'support'." in found
    assert "The map puts 'payments' under queue 'billing'" in found
    assert "Category 'checkout' (queue 'payments') stands nowhere on the map." in found


def test_an_area_no_ticket_reaches_is_named(write, tmp_path):
    text = (tmp_path / "policy.toml", load_policy_text().replace("[teams.support]", UNREACHED + "[teams.support]"))
    text[0].write_text(text[1])
    area = '[areas.lonely]\ntitle = "Lonely"\nqueue = "lonely"\n[areas.odd]\ntitle = "Odd"\nqueue = "suport"\n'
    found = "\n".join(faults(load_areas(write(HEAD + area)), load_policy(text[0])))
    assert "Area 'Lonely' cannot be reached" in found
    assert "hangs on queue 'suport', which the policy does not have; did you mean 'support'?" in found


UNREACHED = '[teams.lonely]\nabout = "nothing"\nmanager = "nobody"\nescalates_to = "support"\n\n'


def load_policy_text():
    from importlib.resources import files

    return files("ticket_triage.policy").joinpath("default.toml").read_text("utf-8")


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("name = ", PolicyUnreadableError, "no TOML"),
        (HEAD, PolicyInvalidError, "areas: Field required"),
        (HEAD + '[areas.a]\ntitle = "A"\nskils = []\n', PolicyInvalidError, "did you mean 'skills'"),
        (HEAD + '[areas.a]\ntitle = "A"\n' + "".join(
            f'[areas.a{".parts.b" * depth}]\ntitle = "B"\n' for depth in range(1, 7)), PolicyInvalidError, "7 levels"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_map_is_told_with_its_place(write, text, error, said):
    with pytest.raises(error, match=said):
        load_areas(write(text))
