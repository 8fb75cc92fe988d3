"""Whatever a draft holds, it means on both databases what its writes mean one after another."""

from collections.abc import Callable, Mapping

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from bot.store.draft import Delete, Draft, Insert, Update, Upsert, Write
from bot.store.store import Store
from bot.store.tables import meta
from tests.store import people

Rows = dict[str, str]

names = st.sampled_from("abc")
values = st.sampled_from("xy")
wheres = st.one_of(
    st.builds(lambda name: {"name": name}, names),
    st.builds(lambda value: {"value": value}, values),
    st.builds(lambda name, value: {"name": name, "value": value}, names, values),
)
rows_ = st.builds(lambda name, value: {"name": name, "value": value}, names, values)
writes = st.one_of(
    st.builds(lambda row, ignore: Insert(meta, row, ignore=ignore), rows_, st.booleans()),
    st.builds(lambda row: Upsert(meta, row, ("name",)), rows_),
    st.builds(lambda where, value: Update(meta, where, {"value": value}), wheres, values),
    st.builds(lambda where: Delete(meta, where), wheres),
)
drafts = st.lists(st.lists(writes, max_size=4).map(tuple), max_size=4)


def played(rows: Rows, write: Write) -> Rows | None:
    """The rows after a write; None where it is refused."""
    match write:
        case Insert(row=row, ignore=ignore):
            if row["name"] in rows:
                return rows if ignore else None
            return {**rows, row["name"]: row["value"]}
        case Upsert(row=row):
            return {**rows, row["name"]: row["value"]}
        case Update(where=where, values=new):
            return {
                name: new["value"] if holds(where, name, value) else value for name, value in rows.items()
            }
        case Delete(where=where):
            return {name: value for name, value in rows.items() if not holds(where, name, value)}


def holds(where: Mapping[str, str], name: str, value: str) -> bool:
    return where.get("name", name) == name and where.get("value", value) == value


def expected(rows: Rows, draft: tuple[Write, ...]) -> Rows:
    after: Rows | None = rows
    for write in draft:
        after = None if after is None else played(after, write)
    return rows if after is None else after


def playing(draft: tuple[Write, ...]) -> Callable[[object], Draft[None]]:
    return lambda _: Draft(None, draft)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drafts)
def test_a_draft_is_its_writes_in_order_all_or_none(store: Store, told: list[tuple[Write, ...]]) -> None:
    people.put(store, Delete(meta, {}))
    model: Rows = {}
    for draft in told:
        model = expected(model, draft)
        error = store.play(playing(draft)).exception()
        assert error is None or isinstance(error, IntegrityError)
    assert {row["name"]: row["value"] for row in people.rows(store, meta)} == model
