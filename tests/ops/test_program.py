"""A program folder: read whole, or refused in one line; brought into the store once."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select, update

from bot.clock import Clock
from bot.errors import ProgramError
from bot.people.coaches import coach_of
from bot.program.load import load_program
from bot.program.program import Program
from bot.program.seed import seed
from bot.settings import DEMO_PROGRAM
from bot.store.store import Store
from bot.store.tables import accounts, assignments, coaches, evaluations, memberships, persons, programs

SMALL = """
id = "ward"
name = "Ward 3"
zone = "Europe/Berlin"
evaluators_checked = 2026-07-01

[[people]]
key = "kim"
name = "Kim"
roles = ["trainee"]
starts = 2026-07-01

[[people]]
key = "ada"
name = "Ada"
roles = ["coach"]
starts = 2026-07-01
[people.coach]
about = ""
hours = "Mondays"
weekdays = ["monday"]
opens = 08:30:00
closes = 17:00:00
"""
COACHES = '[[assignments]]\nby = "ada"\ntrainee = "kim"\nstarts = 2026-07-01\n'
EVALUATES = '[[evaluations]]\nby = "ada"\nstarts = {}\nends = {}\n'


def program(folder: Path, text: str = SMALL) -> Program:
    (folder / "program.toml").write_text(text)
    return load_program(folder)


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(ProgramError) as refused:
        program(folder, text)
    assert "\n" not in str(refused.value)
    return str(refused.value).removeprefix(str(folder))


def test_the_demo_has_everybody_that_the_story_needs() -> None:
    demo = load_program(DEMO_PROGRAM)
    assert [(one.key, *one.roles) for one in demo.people] == [
        ("resident", "trainee"),
        ("coach", "coach"),
        ("coach-2", "coach"),
        ("director", "evaluator"),
        ("coordinator", "coordinator"),
    ]
    assert (demo.member("resident").stage, demo.assignments[0].by) == ("PGY-2", "coach")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"Europe/Berlin"', '"Berlin"', "zone: there is no time zone Berlin; write it as America/New_York"),
        ("evaluators_checked = 2026-07-01", "", "with coaches, evaluators_checked is needed: the day of"),
        ('id = "ward"', 'id = "Ward 3"', "id: String should match pattern '^[a-z0-9][a-z0-9-]{0,39}$'"),
        ('["trainee"]', '["chief"]', "people.0.roles.0: Input should be 'trainee', 'coach', 'peer',"),
        ('key = "kim"', 'key = "ada"', "the key ada is used twice"),
        ('name = "Kim"', "", "people.0.name: Field required"),
        ('name = "Kim"', 'name = "Kim"\nemail = "k"', "people.0.email: Unexpected keyword argument"),
        ('roles = ["coach"]', 'roles = ["peer"]', "people.1: ada needs a [people.coach] table exactly if"),
        ('["coach"]', '["coach", "evaluator"]', "people.1: ada is coach and evaluator; nobody can be both."),
        ('["coach"]', '["coordinator", "coach"]', "people.1: ada is coach and coordinator; nobody can be"),
        ('["monday"]', "[]", "people.1.coach.weekdays: a coach needs at least one weekday."),
        ("17:00:00", "06:00:00", "people.1.coach: hours that go past midnight are not possible here: closes"),
        ("17:00:00", "08:30:00", "people.1.coach: hours that go past midnight are not possible here: closes"),
        ("17:00:00", "08:30:59", "people.1.coach: hours that go past midnight are not possible here: closes"),
    ],
)
def test_what_does_not_fit_is_told_in_one_line(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert refusal(tmp_path, SMALL.replace(old, new)).startswith(f"/program.toml: {told}")


def test_all_that_does_not_fit_is_told_at_once(tmp_path: Path) -> None:
    told = refusal(tmp_path, SMALL.replace('"Europe/Berlin"', '"Berlin"').replace('name = "Kim"', ""))
    assert told == (
        "/program.toml: zone: there is no time zone Berlin; write it as America/New_York;"
        " people.0.name: Field required."
    )


def test_a_folder_without_a_program_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProgramError, match="There is no"):
        load_program(tmp_path)


def test_a_check_of_evaluators_that_is_still_to_come_is_none_in_production() -> None:
    assert load_program(DEMO_PROGRAM).evaluators_checked == date(2099, 1, 1)
    with pytest.raises(ProgramError, match="evaluators_checked 2099-01-01 is in the future: write the last"):
        load_program(DEMO_PROGRAM, for_real=True)


def test_an_unknown_member_cannot_coach(tmp_path: Path) -> None:
    told = refusal(tmp_path, SMALL + COACHES.replace("ada", "eve"))
    assert told == "/program.toml: there is nobody with the key eve."


def test_who_evaluates_cannot_coach_on_the_same_day(tmp_path: Path) -> None:
    both = SMALL + COACHES + EVALUATES.format("2027-01-01", "2027-02-01")
    assert refusal(tmp_path, both) == "/program.toml: ada evaluates kim and so cannot be the coach."


@pytest.mark.parametrize("role", ["evaluator", "coordinator"])
def test_who_has_a_role_that_bars_cannot_be_assigned(tmp_path: Path, role: str) -> None:
    eve = f'[[people]]\nkey = "eve"\nname = "Eve"\nroles = ["{role}"]\nstarts = 2026-07-01\n'
    told = refusal(tmp_path, SMALL + eve + COACHES.replace("ada", "eve"))
    assert told == (
        f"/program.toml: eve is {role} and so cannot be the coach of kim: name another in [[assignments]]."
    )


def test_who_had_such_a_role_until_then_can_be_assigned(tmp_path: Path) -> None:
    member = 'roles = ["evaluator"]\nstarts = 2025-07-01\nends = 2026-07-01\n'
    eve = f'[[people]]\nkey = "eve"\nname = "Eve"\n{member}'
    assert program(tmp_path, SMALL + eve + COACHES.replace("ada", "eve")).assignments[0].by == "eve"


def test_who_evaluated_until_yesterday_can_coach_today(tmp_path: Path) -> None:
    after = SMALL + COACHES + EVALUATES.format("2026-06-01", "2026-07-01")
    assert len(program(tmp_path, after).assignments) == 1


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('"check-in.nowhere" = "x"', "check-in.nowhere: there is no such text"),
        ('"welcome.hello" = ""', "welcome.hello: the words are missing."),
        ('"welcome.hello" = "Hi {nobody}"', "welcome.hello: it has no slot nobody."),
        ('"safety.active_si" = "x"', "safety.active_si: a text of safety is reviewed"),
    ],
)
def test_words_of_a_program_replace_only_what_may_be_replaced(tmp_path: Path, line: str, told: str) -> None:
    (tmp_path / "texts.toml").write_text(line)
    assert refusal(tmp_path, SMALL).startswith(f"/texts.toml: {told}")


def test_a_program_words_a_text_its_own_way(tmp_path: Path) -> None:
    (tmp_path / "texts.toml").write_text('"welcome.hello" = "Hello from Ward 3."')
    assert program(tmp_path).texts == {"welcome.hello": "Hello from Ward 3."}


def counted(store: Store) -> list[int | None]:
    tables = (programs, persons, accounts, memberships, coaches, evaluations, assignments)
    return store.read(lambda c: [c.scalar(select(func.count()).select_from(table)) for table in tables])


def test_a_program_is_brought_in_once(store: Store, clock: Clock) -> None:
    demo = load_program(DEMO_PROGRAM)
    first = seed(store, demo, clock)
    before = counted(store)

    assert before == [1, 5, 5, 5, 2, 1, 1]
    assert seed(store, demo, clock) == first
    assert counted(store) == before


def test_members_start_on_the_roster_with_the_zone_of_their_program(store: Store, clock: Clock) -> None:
    ids = seed(store, load_program(DEMO_PROGRAM), clock)
    found = store.read(lambda c: c.execute(select(persons).where(persons.c.id == ids["resident"])).one())
    assert (found.name, found.state, found.zone) == ("Dr. Sam Rivera", "roster", "America/New_York")


def test_what_a_person_changed_stays_as_it_is(store: Store, clock: Clock) -> None:
    demo = load_program(DEMO_PROGRAM)
    seed(store, demo, clock)
    store.write(lambda c: c.execute(update(persons).values(zone="Asia/Tokyo")).rowcount)
    seed(store, demo, clock)
    assert store.read(lambda c: set(c.scalars(select(persons.c.zone)))) == {"Asia/Tokyo"}


def test_the_store_refuses_a_coach_who_evaluates_here_already(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    evaluates = EVALUATES.format("2026-07-01", "2027-07-01")
    seed(store, program(tmp_path, SMALL + evaluates), clock)
    with pytest.raises(ProgramError, match="the database has ada as evaluator or coordinator of kim, and so"):
        seed(store, program(tmp_path, SMALL + COACHES), clock)


def test_of_many_assignments_the_one_that_is_refused_is_named(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    lee = '[[people]]\nkey = "lee"\nname = "Lee"\nroles = ["trainee"]\nstarts = 2026-07-01\n'
    evaluates = '[[evaluations]]\nby = "ada"\ntrainee = "lee"\nstarts = 2026-07-01\n'
    seed(store, program(tmp_path, SMALL + lee + evaluates), clock)
    both = COACHES + COACHES.replace("kim", "lee")
    with pytest.raises(ProgramError, match="has ada as evaluator or coordinator of lee, and so not as coach"):
        seed(store, program(tmp_path, SMALL + lee + both), clock)
    assert counted(store)[-1] == 0


def test_hours_of_a_coach_follow_the_folder(store: Store, clock: Clock, tmp_path: Path) -> None:
    def hours(connection: Connection) -> tuple[str, int]:
        found = connection.execute(select(coaches)).one()
        return found.hours, found.opens

    seed(store, program(tmp_path), clock)
    seed(store, program(tmp_path, SMALL.replace("Mondays", "Tuesdays").replace("08:30", "09:00")), clock)
    assert store.read(hours) == ("Tuesdays", 540)


def test_a_coach_may_be_there_until_the_end_of_the_day(store: Store, clock: Clock, tmp_path: Path) -> None:
    ids = seed(store, program(tmp_path, SMALL.replace("17:00", "00:00")), clock)
    ada = store.read(lambda conn: coach_of(conn, "ward", ids["ada"]))
    assert ada is not None
    monday = ada.next_day(datetime(2026, 11, 6, 12, tzinfo=UTC))
    assert [at.isoformat(" ", "minutes") for at in monday] == [
        "2026-11-09 07:30+00:00",
        "2026-11-09 23:00+00:00",
    ]
