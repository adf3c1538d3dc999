#include "daemon/writer.h"

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

TESTS(TEST(test_consequences_come_after_the_commit) TEST(test_a_consequence_may_have_consequences)
	      TEST(test_nothing_follows_a_failed_write))
