"""Row models: one pandera schema a kind of export, the only home of a column's type, rule, title and meaning."""
