-- The runs of one asset are asked for: those that made a value are found by its versions, the others by this. What is only
-- read of it stands in it; a step that succeeds never touches it.
CREATE INDEX step_unmade ON step (run, assets) WHERE state = 'failure' OR state = 'skipped' OR state = 'canceled';

-- What checks said of one asset, newest first.
CREATE INDEX event_check ON event (asset, id) WHERE kind = 'check';

-- What a run made, without a walk through all that its steps said; and the runs that run it again.
CREATE INDEX event_made ON event (run, id) WHERE kind = 'materialization';
CREATE INDEX run_parent ON run (parent, number) WHERE parent IS NOT NULL;
