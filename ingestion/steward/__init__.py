"""The steward's work: questions to a file and back, many answers together, answers taken back."""
