"""What the sender is told beside the sheets, without the file's name."""


def hidden_sheet(name: str) -> str:
    """A sheet that nobody sees, such as last year's copy."""
    return f"скрытый лист «{name}» не прочитан"


def copied_sheet(name: str, source: str) -> str:
    """A sheet that a program keeps as a copy of another file."""
    return f"лист «{name}» не прочитан: это копия из другого файла («{source}»)"


def hidden_rows(name: str, rows: int) -> str:
    """Rows that nobody sees are rows of the table all the same: a filter is set to look at something."""
    return f"лист «{name}»: скрытые и отфильтрованные строки прочитаны вместе с остальными (строк: {rows})"
