"""Print the hostile cases as Markdown: python -m tests.hostile > docs/hostile-cases.md."""

import sys

from tests.hostile.cases import CASES
from tests.hostile.table import markdown

if __name__ == "__main__":
    sys.stdout.write(markdown(CASES))
