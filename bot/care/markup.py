"""Take the marks of a page out of a text: tags and character references, as some platforms send them."""

import html
import re

_LINE_TAGS = "blockquote|br|caption|div|h[1-6]|hr|li|ol|p|pre|table|tbody|td|th|thead|tr|ul"
_WORD_TAGS = (
    "a|abbr|at|attachment|b|code|del|em|emoji|font|i|img|ins|mark|q|s|small|span|strike|strong|sub|sup|tt|u"
)
_ATTRIBUTE = r"""\s{1,9}[a-z][\w:-]{0,40}=(?:"[^"<>]{0,400}"|'[^'<>]{0,400}'|[^\s"'<>]{1,400})"""
# Only known names: "<" in front of a word is also how people write "less than".
_TAG = re.compile(
    rf"</?(?:(?P<line>{_LINE_TAGS})|{_WORD_TAGS})(?P<inside>(?:{_ATTRIBUTE}){{0,20}})\s{{0,9}}/?>",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,31}\d{0,2});", re.IGNORECASE)
_DEPTH = 2
"""Times that references are read: "&amp;nbsp;" is one inside another."""


def unmarked(text: str) -> str:
    """The words as a reader of the page sees them; what stands inside of tags follows on lines of its own."""
    for _ in range(_DEPTH if "&" in text else 0):
        text = _REFERENCE.sub(lambda found: html.unescape(found[0]), text)
    if "<" not in text:
        return text
    inside = (found["inside"] for found in _TAG.finditer(text))
    shown = _TAG.sub(lambda found: "\n" if found["line"] else " ", text)
    return "\n.\n".join((shown, *filter(None, inside)))
