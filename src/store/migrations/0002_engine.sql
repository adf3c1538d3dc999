-- What the engine needs to go on with a run that another process began: the plan as it was made, attempts and retries, the queue.
--
-- step is made anew rather than altered: SQLite cannot loosen a CHECK, and a step's life becomes one row in one tree. Its
-- assets stand in it (numbers, in the order of the step), its newest state is not copied into last_attempt, and nothing is
-- indexed that only a list of runs counts. Words are compared one by one, the frequent first: SQLite builds a table for each IN.

CREATE TABLE step_next (
	run bigint NOT NULL,
	plan_index bigint NOT NULL,
	partition_id bigint NOT NULL,
	state text NOT NULL
		CHECK (state = 'running' OR state = 'success' OR state = 'waiting' OR state = 'ready' OR state = 'failure'
			OR state = 'skipped' OR state = 'canceled' OR state = 'retrying' OR state = 'starting'),
	name text NOT NULL,
	assets text NOT NULL,
	waits_for text NOT NULL,
	inputs text,
	reason_planned text,
	location text,
	manifest_id text,
	attempt bigint NOT NULL,
	retries bigint NOT NULL,
	wake_at bigint,
	method text,
	pid bigint,
	pid_started text,
	directory text,
	messages text,
	messages_from bigint,
	message_offset bigint NOT NULL,
	reason text,
	error text,
	started_at bigint,
	ended_at bigint,
	max_rss_kib bigint,
	user_us bigint,
	system_us bigint,
	PRIMARY KEY (run, plan_index)
); -- clustered

INSERT INTO step_next (run, plan_index, partition_id, state, name, assets, waits_for, location, manifest_id, attempt, retries,
	pid, pid_started, directory, message_offset, reason, error, started_at, ended_at, max_rss_kib, user_us, system_us)
SELECT run, plan_index, partition_id, state, name,
	coalesce((SELECT string_agg(CAST(made.asset AS text), ' ') FROM (SELECT asset FROM step_asset
		WHERE step_asset.run = step.run AND step_asset.plan_index = step.plan_index ORDER BY position) AS made), ''),
	waits_for, location, manifest_id, attempt, 0, pid, pid_started, directory, message_offset, reason, error, started_at,
	ended_at, max_rss_kib, user_us, system_us
FROM step;

DROP TABLE step_asset;
DROP TABLE step;
ALTER TABLE step_next RENAME TO step;

-- The newest step that was to make each asset; how it stands is in step.
CREATE TABLE last_attempt_next (
	asset bigint NOT NULL,
	partition_id bigint NOT NULL,
	run bigint NOT NULL,
	plan_index bigint NOT NULL,
	PRIMARY KEY (asset, partition_id)
); -- clustered

INSERT INTO last_attempt_next (asset, partition_id, run, plan_index)
SELECT asset, partition_id, run, plan_index FROM last_attempt;

DROP TABLE last_attempt;
ALTER TABLE last_attempt_next RENAME TO last_attempt;

-- As before, in one tree.
CREATE TABLE pointer_next (
	asset bigint NOT NULL,
	partition_id bigint NOT NULL,
	version bigint NOT NULL,
	moved_at bigint NOT NULL,
	PRIMARY KEY (asset, partition_id)
); -- clustered

INSERT INTO pointer_next (asset, partition_id, version, moved_at)
SELECT asset, partition_id, version, moved_at FROM pointer;

DROP TABLE pointer;
ALTER TABLE pointer_next RENAME TO pointer;

-- The counts are of an ended run; those of an open one are taken from its steps.
ALTER TABLE run ADD COLUMN tags text;
ALTER TABLE run ADD COLUMN priority bigint NOT NULL DEFAULT 0;
ALTER TABLE run ADD COLUMN parent text;
ALTER TABLE run ADD COLUMN root text;
ALTER TABLE run ADD COLUMN retry_number bigint NOT NULL DEFAULT 0;
ALTER TABLE run ADD COLUMN reason text;
ALTER TABLE run ADD COLUMN plan text;
ALTER TABLE run ADD COLUMN steps bigint;
ALTER TABLE run ADD COLUMN steps_done bigint;
ALTER TABLE run ADD COLUMN steps_failed bigint;

UPDATE run SET
	steps = (SELECT count(*) FROM step WHERE step.run = run.number),
	steps_done = (SELECT count(*) FROM step WHERE step.run = run.number AND step.state = 'success'),
	steps_failed = (SELECT count(*) FROM step WHERE step.run = run.number AND step.state = 'failure')
WHERE state NOT IN ('queued', 'started', 'canceling');

CREATE TABLE pool (
	name text PRIMARY KEY,
	slots bigint NOT NULL
);
