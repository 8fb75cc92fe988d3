"""Where the cards lead: never nowhere, and not to a number that nobody has checked for long."""

from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.program.resources import VALID, Resources, ResourcesError, load_resources

DEMO = Path(__file__).parents[2] / "bot/program/demo/resources.toml"
CHECKED = date(2026, 1, 1)
LATER = CHECKED + VALID
CHECK = 'verified_on = 2026-01-01\nverified_by = "A"\n'
CRISIS = f'kind = "crisis"\nname = "Line"\nsms = "988"\nhours = "24/7"\n{CHECK}'
EMERGENCY = f'kind = "emergency"\nname = "Help"\nphone = "911"\n{CHECK}'
OFFICE = f'kind = "counselling"\nname = "Office"\nphone = "555-0103"\nhours = "weekdays"\n{CHECK}'
RIDE = f'kind = "ride"\nname = "Ride"\nphone = "555-0102"\n{CHECK}'


def loaded(folder: Path, *entries: str) -> Resources:
    path = folder / "resources.toml"
    path.write_text("".join(f"[[resource]]\n{entry}" for entry in entries))
    return load_resources(path)


def names(resources: Resources, *kinds: str, today: date = CHECKED) -> list[str]:
    return [one.name for one in resources.for_card(kinds, today)]


def test_the_demo_program_offers_people_for_every_kind_of_card() -> None:
    demo = load_resources(DEMO)
    assert names(demo, "crisis", "emergency", "counselling") == [
        "988 Suicide and Crisis Lifeline",
        "Emergency services",
        "Resident counselling",
    ]
    assert names(demo, "ride", "cover", "crisis")[:2] == ["Ride home, paid by the program", "Chief on call"]


def test_a_card_has_at_most_three_lines_each_kind_before_a_second_of_one() -> None:
    shown = names(load_resources(DEMO), "crisis", "peer")
    assert shown == ["988 Suicide and Crisis Lifeline", "Peer supporters", "Crisis Text Line (text HOME)"]


def test_a_line_nobody_checked_for_90_days_is_hidden(tmp_path: Path) -> None:
    resources = loaded(tmp_path, CRISIS, EMERGENCY, RIDE)
    assert names(resources, "ride", today=LATER - timedelta(days=1)) == ["Ride"]
    assert names(resources, "ride", "crisis", today=LATER) == ["Line"]


def test_crisis_and_emergency_are_shown_whatever_their_age_and_the_operator_is_warned(tmp_path: Path) -> None:
    resources = loaded(tmp_path, CRISIS, EMERGENCY)
    assert names(resources, "crisis", "emergency", today=LATER) == ["Line", "Help"]
    assert [one.name for one in resources.expired(LATER)] == ["Line", "Help"]
    assert resources.expired(CHECKED) == ()


def test_where_the_words_promise_an_answer_now_a_line_of_any_hour_stands_first(tmp_path: Path) -> None:
    resources = loaded(tmp_path, OFFICE, CRISIS, EMERGENCY)
    assert names(resources, "counselling", "crisis") == ["Office", "Line"]
    shown = [one.name for one in resources.for_now(("counselling", "crisis"), CHECKED)]
    assert shown == ["Line", "Office"]
    assert [one.name for one in resources.for_now(("counselling",), CHECKED)] == ["Line", "Office"]


def test_where_the_words_say_at_any_hour_no_other_line_stands_there(tmp_path: Path) -> None:
    desk = CRISIS.replace("Line", "Desk").replace("24/7", "weekdays")
    resources = loaded(tmp_path, desk, CRISIS, OFFICE, EMERGENCY)
    assert names(resources, "crisis", "emergency", "counselling") == ["Desk", "Help", "Office"]
    shown = [one.name for one in resources.at_any_hour(("crisis", "emergency", "counselling"), CHECKED)]
    assert shown == ["Line", "Help"]


def test_nothing_stands_in_for_the_one_kind_that_words_name(tmp_path: Path) -> None:
    resources = loaded(tmp_path, CRISIS, EMERGENCY, OFFICE)
    found = resources.first("counselling", CHECKED)
    assert found is not None
    assert found.name == "Office"
    assert resources.first("counselling", LATER) is None
    assert loaded(tmp_path, CRISIS, EMERGENCY).first("counselling", CHECKED) is None


@pytest.mark.parametrize(("cost", "is_free"), [("free", True), ("paid by the program", False), ("", False)])
def test_only_what_is_called_free_is_free(tmp_path: Path, cost: str, is_free: bool) -> None:
    office = loaded(tmp_path, CRISIS, EMERGENCY, f'{OFFICE}cost = "{cost}"\n').entries[2]
    assert (office.is_free, office.outside) == (is_free, False)


@pytest.mark.parametrize("number", ["555-0102", "1-212-555-0199", "(212) 555 0100"])
def test_an_invented_number_is_refused_where_it_is_for_real(tmp_path: Path, number: str) -> None:
    loaded(tmp_path, CRISIS, EMERGENCY, RIDE.replace("555-0102", number))
    with pytest.raises(ResourcesError, match="entry 3: Ride has an invented number"):
        load_resources(tmp_path / "resources.toml", for_real=True)


@pytest.mark.parametrize(("day", "is_refused"), [("2026-07-02", False), ("2026-07-03", True)])
def test_a_check_that_is_still_to_come_is_none_where_it_is_for_real(
    tmp_path: Path, day: str, is_refused: bool
) -> None:
    loaded(tmp_path, CRISIS, EMERGENCY.replace(str(CHECKED), day))
    told = "entry 2: verified_on 2026-07-03 is in the future: check Help, and write the day of that$"
    with pytest.raises(ResourcesError, match=told) if is_refused else nullcontext():
        load_resources(
            tmp_path / "resources.toml", for_real=True, real=lambda: datetime(2026, 7, 1, 23, tzinfo=UTC)
        )


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ResourcesError) as refused:
        loaded(tmp_path, CRISIS + 'fax = "1"\ncost = 5\n', EMERGENCY, RIDE.replace("ride", "limousine"))
    assert str(refused.value).partition("; entry 3: kind must be one of ")[0] == (
        "resources.toml: entry 1: no field fax; entry 1: cost must be a str"
    )


@pytest.mark.parametrize("kinds", [(), ("ride",), ("nonsense",)])
def test_a_card_is_never_empty(tmp_path: Path, kinds: tuple[str, ...]) -> None:
    assert names(loaded(tmp_path, CRISIS, EMERGENCY, RIDE), *kinds, today=LATER) == ["Line", "Help"]


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ((EMERGENCY,), "add a crisis line with a phone or sms"),
        ((CRISIS.replace("24/7", "nights"), EMERGENCY), "add a crisis line with a phone or sms"),
        ((CRISIS,), "add an emergency number"),
        ((CRISIS, EMERGENCY, 'name = "x"\n'), "entry 3: kind, verified_by, verified_on missing"),
        ((CRISIS, EMERGENCY, RIDE + 'fax = "1"\n'), "entry 3: no field fax"),
        ((CRISIS, EMERGENCY, RIDE + 'priority = "1"\n'), "entry 3: priority must be a int"),
        ((CRISIS, EMERGENCY, RIDE + 'outside = "yes"\n'), "entry 3: outside must be a bool"),
        ((CRISIS, EMERGENCY, RIDE.replace("ride", "limousine")), "entry 3: kind must be one of crisis, "),
        ((CRISIS, EMERGENCY, RIDE + 'audience = "cats"\n'), "entry 3: audience must be one of all, "),
        ((CRISIS, EMERGENCY, RIDE.replace("555-0102", "")), "entry 3: give a phone, sms or url"),
        (("kind = \n",), "Invalid value"),
    ],
)
def test_a_file_that_cannot_be_relied_on_is_refused_in_one_line(
    tmp_path: Path, entries: tuple[str, ...], message: str
) -> None:
    with pytest.raises(ResourcesError, match=message) as refused:
        loaded(tmp_path, *entries)
    assert "\n" not in str(refused.value)


def test_a_missing_file_and_a_wrong_table_are_named(tmp_path: Path) -> None:
    with pytest.raises(ResourcesError, match=r"none\.toml: no such file"):
        load_resources(tmp_path / "none.toml")
    (tmp_path / "flat.toml").write_text("resource = 5\n")
    with pytest.raises(ResourcesError, match=r"flat\.toml: write each entry under \[\[resource\]\]"):
        load_resources(str(tmp_path / "flat.toml"))
