"""The fixed cards of the safety talk, by name. Reviewed words: numbers and names come from the resources.

Each card has three variants and at most 29 words, which leaves room for the one question under it
(40 words of prose a message). `conversations/safety.py` says them in a talk; `safety_card` gives the
same text where no talk can be opened.
"""

from collections.abc import Mapping

from conversations.texts import Kind, Text

CARDS: Mapping[str, tuple[str, str, str]] = {
    "imminent": (
        "I’m software and can’t call anyone. Please call the first line here now, or hand this phone to someone near you. Move away from anything that could hurt you.",
        "A person can be with you now; I’m only software. Call or text a line here. Go where somebody is, away from whatever could hurt you.",
        "This is urgent, and I’m software. Please call one of these lines, be near somebody, and put distance between you and anything that could hurt.",
    ),
    "active_si": (
        "Thank you for telling me. I’m software and can’t judge risk. People can help right now: a line here, and somebody you trust.",
        "Thank you for putting that into words. I’m software. A person on one of these lines can help now, and so can somebody near you.",
        "Thank you for trusting this with it. I’m software, so this is for people: someone on a line here, and someone you trust beside you.",
    ),
    "passive_si": (
        "Thank you for saying that. I’m software, so here is a way to people: a line below, and somebody you trust.",
        "You put that into words, thank you. I’m software. A counsellor on a line here can listen, and so can someone close.",
        "Thank you for writing that. Software can’t carry it with you; a person here can, and somebody you trust.",
    ),
    "self_harm": (
        "Thank you for telling me. A wound gets care elsewhere too, if your own hospital feels too near. I’m software; people are on these lines.",
        "Thank you for saying so. Urgent care at another site can see to a wound. I’m software; a counsellor here can listen.",
        "I’m software, and this deserves a person: someone to look at the wound, and someone here to talk to.",
    ),
    "unsafe_now": (
        "Please pause before you go on. Hand over, or rest first. No reason has to be given. I’m software; a colleague near you can take over.",
        "Please stop here for now. “I am not safe to go on, who can take over?” is enough. I’m software; people are close by.",
        "This can wait until you are safe. Tell whoever is on call that you are handing over. I’m software.",
    ),
    "unsafe.drive": (
        "Please don’t drive yet. At this point sleep comes without warning. A call room, a ride or somebody who picks you up comes first. I’m software.",
        "Please leave the car. An open window does not keep anyone awake. A nap, a ride or a colleague can bring you home. I’m software.",
        "Please stay off the road for now. A ride or an hour of sleep comes first. I’m software, so ask somebody near you.",
    ),
    "unsafe.work": (
        "Please hand over before you go on. “I am not safe to work right now, who can take over?” is enough. I’m software; a colleague can.",
        "Please stop and hand over. No reason has to be given to whoever is on call. I’m software.",
        "Handing over is the safe step now, for you and for the ward. Tell whoever is on call. I’m software.",
    ),
    "substance": (
        "Please hand over, and don’t drive for now. No reason has to be given. I’m software; people answer on these lines.",
        "Please stop work and stay off the road for now. I’m software. A person on one of these lines can help.",
        "Handing over comes first, and a ride home. I’m software; a person on a line here can listen.",
    ),
    "mistreatment": (
        "Thank you for telling me. You choose who hears of this. I’m software; people here can go through the choices with you.",
        "That is not yours to carry alone. I’m software. A person on a line here can say who sees what.",
        "Thank you for putting that into words. I’m software; what happens next is your choice, and people here can help with it.",
    ),
    "harm_to_others": (
        "Please step away now, hand over, and be with someone. A child goes somewhere safe, with another adult. I’m software; people are on these lines.",
        "Please put distance between you and them, and call a line here. I’m software; somebody near you can take over.",
        "Stepping away comes first, then another adult, then a line here. I’m software.",
    ),
    "third_party": (
        "Please don’t leave them alone. Ask them directly, and get a person there now. Breaking a promise of silence for this is right. I’m software.",
        "Stay with them, or get someone to them. A line here gives advice about somebody else. I’m software.",
        "Get a person to them now, on call or close by, and call a line here together. I’m software.",
    ),
    "distress": (
        "That is a lot to carry. I’m software; a coach, a counsellor or somebody you trust can listen.",
        "Thank you for writing that down. I’m software. A person can listen, whenever you want one.",
        "That sounds heavy. I’m software; there are people to share it with, when you want.",
    ),
    "none": (
        "I’m software, and people are on these lines at any hour.",
        "I’m software. These lines are answered by people, at any hour.",
        "People answer these lines at any hour. I’m software.",
    ),
}


def safety_card(name: str) -> Text:
    """The fixed text of a card or a label; an unknown name gets the one with people on lines."""
    known = name if name in CARDS else "none"
    return Text(f"safety.{known}", Kind.SAFETY, CARDS[known])
