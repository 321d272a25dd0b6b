"""How much of a file is read at most; beyond it the file is no plan, and reading stops."""

from cchc.sheet_child import TooMuch

MOST_ROWS = 3_000  # of all tables together; the largest plans known have some hundreds
MOST_COLUMNS = 63  # Word's own limit
MOST_LETTERS = 4_000_000
MOST_PARAGRAPHS = 50_000
LONGEST_TEXT = 32_767  # letters of one cell or paragraph: Excel's own limit


class Meter:
    """Counts what was read and stops the reading (`TooMuch`) when it passes a limit."""

    def __init__(self):
        self.letters = self.rows = self.paragraphs = 0

    def add(self, *, letters: int = 0, rows: int = 0, paragraphs: int = 0):
        """`letters` of one text; `rows` and `paragraphs` as they come."""
        if letters > LONGEST_TEXT:
            raise TooMuch
        self.letters += letters
        self.rows += rows
        self.paragraphs += paragraphs
        if (
            self.letters > MOST_LETTERS
            or self.rows > MOST_ROWS
            or self.paragraphs > MOST_PARAGRAPHS
        ):
            raise TooMuch
