"""What a seal tells: neither the text nor, within a block, how long it is."""

from bot.store.keys import Keys
from bot.store.seals import BLOCK, padded

MARIA = "person:maria"


def test_one_tap_is_as_long_as_another(keys: Keys) -> None:
    keys.ensure(MARIA)
    lengths = {len(keys.seal(MARIA, "m/1", tap)) for tap in (b"steady", b"struggling", b"", b"x" * 200)}

    assert len(lengths) == 1


def test_what_is_padded_comes_back_as_it_was(keys: Keys) -> None:
    keys.ensure(MARIA)
    texts = (b"", b"\0", b"\x80", b"ends in zeros\0\0", b"ends in the mark\x80\0", b"y" * BLOCK)

    assert [keys.open(MARIA, "m/1", keys.seal(MARIA, "m/1", text)) for text in texts] == list(texts)


def test_a_block_is_never_full_without_its_end_mark() -> None:
    assert [len(padded(b"z" * number)) for number in (0, BLOCK - 1, BLOCK)] == [BLOCK, BLOCK, 2 * BLOCK]
