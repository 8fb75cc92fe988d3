"""Print a flow for review: as an indented script with every way through, and as a diagram."""

from collections.abc import Iterator, Sequence
from typing import Any

from conversations.answers import Keep, Words
from conversations.effects import Final, Revisable
from conversations.exploring import Stop, explore, plain, stops
from conversations.flows import Facts, Flow
from conversations.steps import Continue, Perform, Question, WaitFor, Write

_KEPT = {
    Keep.NONE: "kept by nobody",
    Keep.TALK: "kept until the talk parks or closes",
    Keep.SELF: "sealed, the person's own",
    Keep.SHARED: "kept until Send, then in the thread",
}

_SAFETY_FIRST = (
    "          (the safety talk comes first, from “Are you safe right now?”: companion script safety;",
    "          what stands here follows once it has ended)",
)


def script(flow: Flow[Any]) -> str:
    """Every way through a flow, as numbered places: words, options, what is said next, and where it leads."""
    head = f"{flow.title} ({flow.name}, version {flow.version}), about {flow.seconds} s, {flow.surface.value}"
    parts = [head, "=" * len(head), (flow.script.__doc__ or "").strip()]
    first = () if flow.safety else _SAFETY_FIRST
    for facts in flow.examples:
        parts += ["", f"With {_given(facts)}:", *_lines(explore(flow, facts, memory=0), first)]
    return "\n".join(parts) + "\n"


def diagram(flow: Flow[Any]) -> str:
    """The questions of a flow and what leads from one to the next, in Mermaid's words."""
    nodes: dict[str, str] = {}
    edges: dict[tuple[str, str], list[str]] = {}
    for facts in flow.examples:
        for stop in stops(explore(flow, facts, memory=0)):
            nodes[_name(stop)] = _caption(stop)
            for label, to in stop.ways:
                nodes[_name(to)] = _caption(to)
                first = ", after the safety talk" if not flow.safety and _signals(stop, label) else ""
                edges.setdefault((_name(stop), _name(to)), []).append(f"{label}{first}")
    drawn = [f'    {name}["{_escape(caption)}"]' for name, caption in nodes.items()]
    arrows = [
        f'    {a} -->|"{_escape(" / ".join(dict.fromkeys(labels)))}"| {b}' for (a, b), labels in edges.items()
    ]
    return "\n".join(["flowchart TD", *drawn, *arrows]) + "\n"


def _given(facts: Facts) -> str:
    changed = {
        name: value for name, value in facts.to_json().items() if value != getattr(type(facts)(), name)
    }
    return ", ".join(f"{name} = {_plain(value)}" for name, value in changed.items()) or "nothing known"


def _plain(value: object) -> str:
    return "; ".join(map(_plain, value)) if isinstance(value, tuple | list) else str(value)


def _lines(start: Stop, first: Sequence[str]) -> Iterator[str]:
    """`first`: what stands between an option with a signal and where it leads."""
    yield from _said(start, "  ")
    for stop in stops(start):
        yield f"  [{stop.number}] {_doing(stop)}"
        for label, to in stop.ways:
            yield f"      {label} → {to.number}"
            yield from first if _signals(stop, label) else ()
            yield from _said(to, "          ")


def _signals(stop: Stop, label: str) -> bool:
    waiting = stop.run.waiting
    options = waiting.options if isinstance(waiting, Question) else ()
    return any(option.is_weighed and option.label == label for option in options)


def _said(stop: Stop, indent: str) -> Iterator[str]:
    return (f"{indent}“{line}”" for one in stop.run.said for line in one.words().splitlines())


def _doing(stop: Stop) -> str:
    waiting = stop.run.waiting
    if isinstance(waiting, Question):
        required = ", required" if waiting.required else ""
        return f"asks {waiting.key}: “{waiting.said.words()}” ({_KEPT[waiting.keep]}{required})"
    if isinstance(waiting, WaitFor):
        most = "" if waiting.within is None else f", {waiting.within // 3600} hours at most"
        return f"waits for {waiting.event} ({waiting.key}){most}"
    if isinstance(waiting, Continue):
        return f"holds the talk {waiting.flow} ({waiting.key}) and comes back"
    if isinstance(waiting, Perform):
        return f"does {waiting.key}: {_effect(waiting.effect)}, once and for all"
    kept = ", ".join(f"{key}: {_effect(effect)}" for key, effect in stop.run.effects.items())
    return f"ends; holds {kept}" if kept else "ends"


def _effect(effect: Final | Revisable) -> str:
    values = (_value(value) for value in vars(effect).values())
    return f"{type(effect).__name__}({', '.join(value for value in values if value)})"


def _value(value: object) -> str:
    return "the words" if isinstance(value, Words) else str(value)


def _name(stop: Stop) -> str:
    return plain(stop.key).replace("-", "_").replace(".", "_") + "_" if stop.key else "ends"


def _caption(stop: Stop) -> str:
    waiting = stop.run.waiting
    if isinstance(waiting, Question):
        return f"{waiting.said.words()}{' (text)' if isinstance(waiting, Write) else ''}"
    return "ends" if waiting is None else _doing(stop)


def _escape(words: str) -> str:
    return words.replace('"', "&quot;").replace("\n", " ")
