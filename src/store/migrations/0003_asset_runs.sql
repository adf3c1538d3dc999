-- The runs of one asset are asked for: those that made a value are found by its versions, the others by this. What is only
-- read of it stands in it; a step that succeeds never touches it.
CREATE INDEX step_unmade ON step (run, assets) WHERE state = 'failure' OR state = 'skipped' OR state = 'canceled';

-- What checks said of one asset, newest first.
CREATE INDEX event_check ON event (asset, id) WHERE kind = 'check';
