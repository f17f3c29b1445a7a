"""An examination in; its protocol and what the program says of the file out."""
