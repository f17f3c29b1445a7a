"""The accreditation registry (Рособрнадзор) as XML or cards: documents in, one sheet of text out."""
