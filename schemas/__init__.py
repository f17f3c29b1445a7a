"""What is valid: row models, header maps, catalogues, indicator passports, settings."""
