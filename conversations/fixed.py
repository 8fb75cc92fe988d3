"""Texts that are sent without a talk, by id. Those without slots need no body anywhere: the id says them again."""

from collections.abc import Iterable, Mapping

from conversations.texts import Kind, Text

_OPENERS = {
    "nudge.check-in": ("Your check-in is ready.",),
    "nudge.check-in-reminder": ("Your check-in is still here. One tap is enough, whenever it suits you.",),
    "nudge.keep-change-stop": ("What would you like: keep these, change them, or stop?",),
    "opener.continue": ("Ready when you are.", "It goes on here.", "The next step is here."),
    "opener.start": ("It opens in a private form.", "Press to begin, in a private form."),
    "opener.alert": ("There is something for you here.",),
    "opener.alert-again": ("Something here is still waiting for you.",),
    "opener.news": ("There is news for you here.",),
    "opener.sent": ("It is with them. News comes here.",),
    "card.answered": ("Answered",),
    "card.newer": ("It goes on below",),
    "card.put-off": ("Put off",),
    "card.passed": ("That one has passed.",),
    "card.passed-on": ("That one has passed. Type help to see what is possible now.",),
    "card.passed-safety": ("That question has passed. Type human or crisis at any time.",),
    "card.closed": ("That question has closed.",),
    "card.moved-on": ("That question has closed. This is the one that is open.",),
    "card.finished": ("Finished",),
    "card.said-before": ("That talk has closed. Not all that it said is kept.",),
}

_STATEMENTS = {
    "card.recorded": ("That question has closed. Answered there: {answer}. Back leads to it.",),
    "welcome.hello": (
        "I’m software, not a person or clinician. A weekly check-in takes about a minute, and only you read your answers. Your program sees counts only if you say yes later. This is not for emergencies: call 911, or call or text 988.",
    ),
    "welcome.typed": ("Typed, that does nothing. The button below does it.",),
    "welcome.details": (
        "Your words and taps are sealed with a key of your own. A coach sees only text that you preview and send. Your employer’s chat may keep what appears in it. Whoever runs this, holding both database and keys, could read what is sealed.",
    ),
    "welcome.gone": (
        "All right. Nothing is kept but a mark so that you are not invited again. Staff cannot see it.",
    ),
    "welcome.off-roster": (
        "You are not on this program’s list, so nothing is kept here. In an emergency call 911, or call or text 988.",
    ),
    "turn.unknown": (
        "That was not clear to me. Here is what is possible now.",
        "I did not get that. This is possible now.",
    ),
    "turn.unknown-coach": ("That was not clear to me. Requests come here by themselves.",),
    "turn.no-answer": (
        "That was not clear to me as an answer. The question stands.",
        "I could not take that as an answer. Here is the question again.",
    ),
    "turn.press-it": (
        "That counts only as a press on its button, beside all that it is about.",
        "Words typed here do not answer that. Its button does, beside all that it is about.",
    ),
    "turn.changed": ("This is how it stands now. Nothing was done with the button you pressed before.",),
    "turn.required": ("This one question is needed to go on. Stop ends the talk.",),
    "turn.nothing-open": (
        "Nothing is open now.",
        "No question is waiting.",
    ),
    "turn.back-stops": ("Back stops here: {gone}.",),
    "turn.back-start": ("This is where it began. There is nothing before it.",),
    "turn.stopped": ("Closed. I start nothing more today.",),
    "turn.nothing-to-stop": ("Nothing was open. I start nothing more today.",),
    "turn.stopped-kept": (
        "Closed. I start nothing more today. The answers kept so far stay, for you alone: type privacy to see or delete what is held.",
    ),
    "turn.stays-kept": (
        "The answers kept so far stay, for you alone: type privacy to see or delete what is held.",
    ),
    "turn.stopped-sent": (
        "I start nothing more today. What you sent stays with them. Type weeks to see it or take it back.",
    ),
    "turn.sent-stays": ("What you sent stays with them. Type weeks to see it or take it back.",),
    "turn.parked-later": ("It waits for you for two weeks. Nothing reminds you of it.",),
    "turn.parked-request": ("It waits for you. One reminder may come while it is not answered.",),
    "turn.recap": ("That was not clear to me. {title} waits where you left it, with {steps} answered.",),
    "turn.tick": ("Tick up to {most}, or press Skip.",),
    "turn.send-again": ("Please send that once more.",),
    "turn.text-only": ("I read text only. That file was not opened or kept.",),
    "turn.too-long": ("That is longer than fits here. Up to {most} characters can be kept.",),
    "help.menu": (
        "Here is what you can do. Type stop, skip, back, later or human at any time. I’m software, not a person.",
    ),
    "privacy.held": ("Held about you, and sealed: {held}.",),
    "privacy.plain": (
        "Held unsealed: your place on the program’s list, {held}. Of talks and invitations that is when, not what was said.",
    ),
    "privacy.nothing": ("Nothing is held about you but your place on the program’s list.",),
    "privacy.mark": (
        "Nothing is held about you but your place on the program’s list, and a mark so that you are not invited again.",
    ),
    "privacy.platform": (
        "What appears in the chat may be kept by your employer’s platform. Forms keep your words out of it.",
    ),
    "privacy.operator": (
        "Whoever runs this, holding both database and keys, could read what is sealed. Type export for a copy, delete to end it.",
    ),
    "privacy.seen": ("Who looked at what concerns you: {seen}.",),
    "feedback.ask": ("If you like, one tap: how was this? It counts only if you said yes to counts.",),
    "feedback.thanks": ("Noted.",),
    "export.ready": ("Here is all that is held about you, as a file.",),
    "why.chosen": ("You chose this day and time for it.",),
    "why.usual": ("Sunday 18:00 is the usual time for it. Type settings to change that.",),
    "why.weekly": ("It was planned for this time. Type settings to see what is planned now.",),
    "why.unanswered": ("Several were not answered, so this asks once what you would like.",),
    "why.reminder": ("This week’s check-in was not answered yet. It is the only reminder.",),
    "why.snoozed": ("You put it off and asked for it to come back.",),
    "why.catch-up": ("Its usual time was a quiet one, so it came later.",),
    "resume.done": ("Nudges may come again.",),
    "resume.next": ("Nudges may come again. Next check-in: {day}.",),
    "resume.ended": ("Nudges may come again. This has ended with it: {ended}.",),
    "resume.ended-next": ("Nudges may come again. This has ended with it: {ended}. Next check-in: {day}.",),
    "identifiers.found": ("This may point to a patient: {spans}. Nothing has been kept yet.",),
    "identifiers.redacted": ("This is your text without them. Change it, or send it as it is.",),
    "assignment.ended": (
        "A coach and a trainee here no longer work together, so their messages are closed.",
    ),
    "assignment.ends": (
        "From {day} a coach and a trainee here no longer work together; what is open between them closes then.",
    ),
    "coach.waiting": ("Requests that are open now.",),
    "coach.withdrawn": ("That request is not open to you any more.",),
    "alert.news-seen": ("Your request was opened.",),
    "alert.news-acknowledged": ("Your coach has your request.",),
    "alert.news-proposed": ("Your coach proposed a time. Type human to write again.",),
    "alert.news-passed": ("Your request has gone to the person you named as next.",),
    "alert.news-late": ("Your request is not answered yet. Type crisis for lines that are answered now.",),
    "alert.news-expired": (
        "Your request was not answered and is closed. Type crisis for lines that are answered now.",
    ),
    "alert.news-settled": ("{name} closed your request. If it is not settled for you, type human.",),
    "alert.news-lapsed": (
        "What you let your coach know is closed now, and its text is gone. No answer was asked for.",
    ),
    "alert.news-closed": (
        "Your request is closed. Nothing moved in it for two weeks; type human to reach somebody again.",
    ),
    "alert.news-cut": (
        "Your request is closed: who had it is not your coach any more. Its text is gone. Type crisis for lines that are answered now.",
    ),
    "alert.news-away": ("A request here is not open to you any more.",),
    "alert.news-accepted": ("The time you proposed was accepted.",),
    "alert.news-another": ("Another time was asked for.",),
    "alert.news-call": ("A call was asked for instead.",),
    "alert.news-withdrawn": ("A request to you was withdrawn.",),
    "welcome.coach": (
        "Requests from trainees come here, each sent to you on purpose. I’m software; I pass on what they chose, nothing else.",
    ),
    "help.coach": ("Requests come here by themselves. Nothing waits for you now.",),
    "turn.not-here": ("That is not part of your role here.",),
    "welcome.already": ("You have started already. Type help to see what is here.",),
    "why.begun": ("You began this one yourself.",),
    "why.none": ("Nothing was sent to you yet.",),
    "privacy.until": (
        "Check-in answers go after 26 weeks, lines of your own after 30 days. All of it goes when you delete it.",
    ),
    "privacy.safety": (
        "A mark that safety came up here is held too: its kind and its time, never your words. Nobody else sees it. It counts until {until}, for one thing: how soon I ask whether you are safe. Where I ask about ending your life, your own no lowers it; delete ends it.",
    ),
    "privacy.readers": ("Only you read it. A coach reads only what you previewed and sent.",),
    "privacy.opener": ("What is held about you opens in a private form.",),
    "export.opener": ("Your data opens in a private form.",),
    "weeks.opener": ("Your weeks open in a private form.",),
    "week.opener": ("What is planned opens in a private form.",),
    "home.nothing": ("Nothing here yet. Write anything to begin.",),
    "weeks.empty": ("Nothing here yet. Your weeks appear after the first check-in, for you alone.",),
    "weeks.title": ("For you alone.",),
}

_QUESTIONS = {
    "identifiers.ask": ("That may point to a patient: {spans}. How would you like to go on?",),
}

_SAFETY = {
    "safety.quiet": (
        "People answer these lines at any hour:",
        "If you want a person, these lines are answered now:",
        "Lines that people answer, at any hour:",
    ),
    "safety.goes-on-in-chat": ("This stands in the chat too. Answer in either place.",),
    "safety.kept-open": (
        "This stays open so that people stay in reach: answer it, or type skip.",
        "This one question stays, so that people are in reach: answer, or type skip.",
        "This stays here with its lines to people: answer it, or type skip.",
    ),
    "safety.rest-closed": ("I start nothing more today.",),
    "safety.rest-waits": ("The rest waits for you.",),
    "safety.began-here": ("This is where it began: answer it, or type skip.",),
    "safety.comes-first": (
        "What is open here comes first; skip passes it over. After it, ask again for what you wanted.",
    ),
    "safety.not-read": ("I could not take that as an answer. People on these lines can listen to it.",),
    "safety.fallback": (
        "I’m software and could not read that. If anything is unsafe, these people can help now:",
    ),
}


def _texts(kind: Kind, all_of: Mapping[str, tuple[str, ...]]) -> Iterable[tuple[str, Text]]:
    return ((name, Text(name, kind, variants)) for name, variants in all_of.items())


FIXED: Mapping[str, Text] = dict(
    (
        *_texts(Kind.OPENER, _OPENERS),
        *_texts(Kind.STATEMENT, _STATEMENTS),
        *_texts(Kind.QUESTION, _QUESTIONS),
        *_texts(Kind.SAFETY, _SAFETY),
    )
)

LABELS: Mapping[str, str] = {
    "start": "Start",
    "details": "Privacy details",
    "not-for-me": "Not for me",
    "open": "Open",
    "continue": "Continue",
    "answer": "Answer",
    "snooze": "Not now",
    "why": "Why now",
    "back": "Back",
    "skip": "Skip",
    "later": "Later",
    "stop": "Stop",
    "keep": "Keep as written",
    "redacted": "Show it without them",
    "rewrite": "Write again",
    "helped": "Helped",
    "worse": "Made it worse",
    "reached": "Reached a person",
    "human": "Ask for a person",
    "weeks": "My weeks",
    "settings": "Change when I hear from you",
    "pause": "Pause",
    "privacy": "What is held about me",
    "crisis": "Crisis lines",
    "sent": "What I sent",
    "export": "Export all of it",
    "delete": "Delete everything",
    "pick-up": "Pick up",
    "close-it": "Close it",
}
"""What stands on the buttons that belong to no question."""

GONE: Mapping[str, str] = {
    "SendAlert": "what you sent has gone to your coach. Type weeks to see it or take it back",
    "AlertMove": "that answer has gone to the other person, and cannot be undone",
    "Consent": "your answer about sharing is kept. Type privacy to see what you allowed or take it back",
    "Prefer": "that setting is kept, and settings changes it",
    "Silence": "the quiet time is set, and resume ends it",
    "Forget": "everything is deleted, and cannot be undone",
    "talk": "that part is over",
    "event": "news of it has come since",
}
"""What `back` cannot take back: by final effect, or by the mark it meets (for "turn.back-stops")."""


def fixed(name: str) -> Text:
    """The text of this id. Raises KeyError."""
    return FIXED[name]
