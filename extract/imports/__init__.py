"""Files that people export by hand, as records in canonical columns: mapping, reading, recovering, landing."""
