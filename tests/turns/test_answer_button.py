"""`Answer` under a question of the chat opens the form for it, and the card stays until it is answered."""

from tests.town import Person


async def is_asked_until_when(resident: Person) -> None:
    """In the chat: until when are you on leave?"""
    await resident.says("snooze")
    await resident.presses("I’m on leave until …")


async def test_it_opens_a_form_for_the_words(resident: Person) -> None:
    await is_asked_until_when(resident)
    before = len(resident.chat)
    await resident.presses("Answer")
    assert resident.shown.question == "Until when are you on leave?"
    assert len(resident.chat) == before
    await resident.fills("20 Nov 08:00")

    assert "Quiet until Friday 20 November, 08:00." in resident.all_said + resident.screen


async def test_answered_there_the_card_in_the_chat_has_no_buttons(resident: Person) -> None:
    await is_asked_until_when(resident)
    await resident.presses("Answer")
    await resident.fills("20 Nov 08:00")

    assert [
        choice.label for card in resident.chat for choice in card.choices if choice.label == "Answer"
    ] == []
