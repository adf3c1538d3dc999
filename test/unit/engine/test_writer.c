#include "engine/writer.h"

#include "scratch.h"

struct seen {
	struct store *store;
	int done, failures;
	bool on_disk;
	struct writer *writer;
};

static const struct run_row RUN = {
	.id = {"r1", 2}, .state = RUN_QUEUED, .request = {"{}", 2}, .created_at = 1};

static void on_failed(void *ctx, const struct err *why)
{
	struct seen *seen = ctx;

	CHECK_CONTAINS("writing the ledger", why->text);
	seen->failures++;
}

static void note(void *ctx)
{
	((struct seen *)ctx)->done++;
}

static struct store *open_ledger(struct arena *a, enum store_mode mode)
{
	struct store *s;
	struct err e;

	CHECK_OK(store_open(scratch_file(a, "ledger.db"), mode, &s, &e), &e);
	return s;
}

static void put_run(struct writer *w)
{
	struct err e;

	WRITE(w, store_put_run(writer_store(w), &RUN, &e), &e);
}

static void look(void *ctx)
{
	AUTO_ARENA a = arena_new();
	struct seen *seen = ctx;
	struct run_row row;
	struct err e;

	seen->on_disk = store_get_run(seen->store, a, RUN.id, &row, &e);
}

static void test_consequences_come_after_the_commit(void)
{
	AUTO_ARENA a = arena_new();
	struct loop *l = loop_new();
	struct store *ours = open_ledger(a, STORE_WRITE);
	struct seen seen = {.store = open_ledger(a, STORE_READ)};
	struct writer *w = writer_new(l, ours, on_failed, &seen);

	put_run(w);
	look(&seen);
	CHECK(!seen.on_disk);
	writer_after(w, look, &seen);
	loop_run(l);
	CHECK(seen.on_disk);
	writer_free(w);
	loop_free(l);
	store_close(seen.store);
	store_close(ours);
}

static void queue_another(void *ctx)
{
	struct seen *seen = ctx;

	put_run(seen->writer);
	writer_after(seen->writer, note, seen);
}

static void test_a_consequence_may_have_consequences(void)
{
	AUTO_ARENA a = arena_new();
	struct loop *l = loop_new();
	struct store *s = open_ledger(a, STORE_WRITE);
	struct seen seen = {0};

	seen.writer = writer_new(l, s, on_failed, &seen);
	writer_after(seen.writer, queue_another, &seen);
	writer_flush(seen.writer);
	CHECK_INT(1, seen.done);
	writer_free(seen.writer);
	loop_free(l);
	store_close(s);
}

static void test_nothing_follows_a_failed_write(void)
{
	AUTO_ARENA a = arena_new();
	struct loop *l = loop_new();
	struct seen seen = {0};
	struct store *s;
	struct writer *w;

	store_close(open_ledger(a, STORE_WRITE));
	s = open_ledger(a, STORE_READ); /* refuses every write */
	w = writer_new(l, s, on_failed, &seen);
	writer_after(w, note, &seen);
	put_run(w);
	writer_flush(w);
	CHECK_INT(0, seen.done);
	CHECK_INT(1, seen.failures);
	writer_after(w, note, &seen);
	writer_flush(w);
	put_run(w);
	writer_after(w, note, &seen);
	writer_free(w);
	CHECK_INT(0, seen.done);
	CHECK_INT(1, seen.failures);
	loop_free(l);
	store_close(s);
}

static void put_later(struct writer *w, size_t bytes)
{
	struct err e;

	WRITE(w, store_put_run(writer_store_later(w, bytes), &RUN, &e), &e);
}

/* A ledger, its writer, and a reader beside it that looks when the test says. */
struct desk {
	struct arena *arena;
	struct loop *loop;
	struct store *store;
	struct writer *writer;
	struct seen seen;
};

static void desk_open(struct desk *d)
{
	*d = (struct desk){.arena = arena_new(), .loop = loop_new()};
	d->store = open_ledger(d->arena, STORE_WRITE);
	d->seen.store = open_ledger(d->arena, STORE_READ);
	d->writer = writer_new(d->loop, d->store, on_failed, &d->seen);
}

static void desk_close(struct desk *d)
{
	writer_free(d->writer);
	loop_free(d->loop);
	store_close(d->seen.store);
	store_close(d->store);
	arena_free(d->arena);
}

static void stop(void *ctx)
{
	loop_stop(ctx);
}

/* So many turns of the loop, nothing else happening in them. */
static void turn(struct desk *d, time_us length)
{
	struct timer *t = timer_start(d->loop, length, stop, d->loop);

	loop_run(d->loop);
	timer_close(t);
}

static void test_what_may_wait_is_committed_within_milliseconds(void)
{
	struct desk d;

	desk_open(&d);
	put_later(d.writer, 100);
	writer_after(d.writer, note, &d.seen);
	turn(&d, 0);
	look(&d.seen);
	CHECK(!d.seen.on_disk);
	CHECK_INT(0, d.seen.done);
	loop_run(d.loop); /* until its timer has gone off */
	look(&d.seen);
	CHECK(d.seen.on_disk);
	CHECK_INT(1, d.seen.done);
	CHECK_INT(1, writer_stats(d.writer).commits);
	CHECK_INT(1, writer_stats(d.writer).rows);
	desk_close(&d);
}

static void test_what_may_wait_goes_with_what_may_not(void)
{
	struct desk d;

	desk_open(&d);
	put_later(d.writer, 100);
	turn(&d, 0);
	put_run(d.writer);
	writer_after(d.writer, note, &d.seen);
	turn(&d, 0);
	CHECK_INT(1, d.seen.done);
	CHECK_INT(1, writer_stats(d.writer).commits);
	CHECK_INT(2, writer_stats(d.writer).rows);
	CHECK(writer_stats(d.writer).longest_commit > 0);
	desk_close(&d);
}

static void test_too_much_that_may_wait_does_not(void)
{
	static const struct {
		int rows;
		size_t bytes;
		uint64_t commits;
	} rows[] = {{10, 100, 0},
		    {WRITER_LATER_ROWS + 1, 1, 1},
		    {3, WRITER_LATER_BYTES / 2, 1}};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct desk d;

		desk_open(&d);
		for (int n = 0; n < rows[i].rows; n++)
			put_later(d.writer, rows[i].bytes);
		turn(&d, 0);
		CHECK_INT(rows[i].commits, writer_stats(d.writer).commits);
		desk_close(&d);
	}
}

static void put_while_flushing(void *ctx)
{
	struct desk *d = ctx;

	put_run(d->writer);
	writer_after(d->writer, look, &d->seen);
	writer_after(d->writer, note, &d->seen);
}

/* What a turn brings while the last one's commit is on its way to the disk is the next commit; nothing is told too early. */
static void test_turns_go_on_while_the_disk_takes_a_commit(void)
{
	enum { TURNS = 200 };
	struct timer *timers[TURNS];
	struct desk d;

	desk_open(&d);
	CHECK(store_flushes_apart(d.store));
	for (int i = 0; i < TURNS; i++)
		timers[i] = timer_start(d.loop, 50 * i, put_while_flushing, &d);
	loop_run(d.loop);
	CHECK_INT(TURNS, d.seen.done);
	CHECK(d.seen.on_disk);
	CHECK_INT(TURNS, writer_stats(d.writer).rows);
	CHECK(writer_stats(d.writer).commits <= TURNS);
	for (int i = 0; i < TURNS; i++)
		timer_close(timers[i]);
	desk_close(&d);
}

static void test_flushing_waits_for_what_is_on_its_way(void)
{
	struct desk d;

	desk_open(&d);
	put_while_flushing(&d);
	turn(&d, 0);
	put_while_flushing(&d);
	writer_flush(d.writer);
	CHECK_INT(2, d.seen.done);
	put_while_flushing(&d);
	desk_close(&d);
}

static void test_after_nothing_comes_at_the_end_of_the_turn(void)
{
	struct desk d;

	desk_open(&d);
	writer_after(d.writer, note, &d.seen);
	put_later(d.writer, 1);
	turn(&d, 0);
	CHECK_INT(1, d.seen.done);
	desk_close(&d);
}

static void flush_in_between(void *ctx)
{
	struct desk *d = ctx;

	put_run(d->writer);
	writer_after(d->writer, note, &d->seen);
	writer_flush(d->writer);
	look(&d->seen);
	CHECK(d->seen.on_disk);
	CHECK_INT(0, d->seen.done);
}

static void test_a_consequence_may_flush(void)
{
	struct desk d;

	desk_open(&d);
	writer_after(d.writer, flush_in_between, &d);
	writer_after(d.writer, look, &d.seen);
	writer_flush(d.writer);
	CHECK_INT(1, d.seen.done);
	desk_close(&d);
}

static void put_later_again(void *ctx)
{
	struct desk *d = ctx;

	if (d->seen.done++ < 3) {
		put_later(d->writer, 1);
		writer_after(d->writer, put_later_again, d);
	}
}

static void test_what_waits_is_committed_before_the_writer_goes(void)
{
	struct desk d;

	desk_open(&d);
	put_later(d.writer, 1);
	writer_after(d.writer, put_later_again, &d);
	turn(&d, 0);
	CHECK_INT(0, d.seen.done);
	writer_free(d.writer);
	d.writer = NULL;
	CHECK_INT(4, d.seen.done);
	look(&d.seen);
	CHECK(d.seen.on_disk);
	desk_close(&d);
}

static void test_a_long_log_is_emptied_when_nothing_happens(void)
{
	static const char text[4000];
	struct event_row row = {.kind = SV("log"), .step = -1, .body = {text, sizeof(text)}};
	struct desk d;
	struct err e;

	desk_open(&d);
	for (int i = 0; i < 500; i++)
		WRITE(d.writer, store_append_event(writer_store(d.writer), &row, &e), &e);
	turn(&d, 0);
	CHECK_INT(0, writer_stats(d.writer).tidied);
	CHECK(store_is_untidy(d.store));
	loop_run(d.loop);
	CHECK_INT(1, writer_stats(d.writer).tidied);
	CHECK(!store_is_untidy(d.store));
	desk_close(&d);
}

TESTS(TEST(test_consequences_come_after_the_commit)
      TEST(test_a_consequence_may_have_consequences)
      TEST(test_nothing_follows_a_failed_write)
      TEST(test_what_may_wait_is_committed_within_milliseconds)
      TEST(test_what_may_wait_goes_with_what_may_not)
      TEST(test_too_much_that_may_wait_does_not)
      TEST(test_turns_go_on_while_the_disk_takes_a_commit)
      TEST(test_flushing_waits_for_what_is_on_its_way)
      TEST(test_after_nothing_comes_at_the_end_of_the_turn)
      TEST(test_a_consequence_may_flush)
      TEST(test_what_waits_is_committed_before_the_writer_goes)
      TEST(test_a_long_log_is_emptied_when_nothing_happens))
