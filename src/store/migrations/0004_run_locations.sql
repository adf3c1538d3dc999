-- Whose steps an ended run had, a JSON list by name, settled with its counts. NULL, as in what ended before: its steps are asked.
ALTER TABLE run ADD COLUMN locations text;
