/* Progress: canned events in, lines out. */
#include <fcntl.h>

#include "check.h"
#include "cli/progress.h"

#define SECOND INT64_C(1000000)

static time_us clock_now_canned = 20 * SECOND;

static time_us canned_now(void)
{
	return clock_now_canned += SECOND;
}

#define CREATED                                                                                   \
	"{\"selection\":\"*\",\"warnings\":[\"old has no value\"],\"steps\":["                    \
	"{\"index\":0,\"name\":\"orders\",\"location\":\"analytics-team\",\"assets\":[\"raw/"     \
	"orders\"]},"                                                                             \
	"{\"index\":1,\"name\":\"model\",\"location\":\"ml\",\"assets\":[\"model\",\"scores\"]}," \
	"{\"index\":2,\"name\":\"report\",\"location\":\"ml\",\"assets\":[\"report\"]}]}"

struct canned {
	int64_t step, second;
	const char *kind, *body;
};

static const struct canned events[] = {
	{-1, 1, "run_created", CREATED},
	{-1, 1, "run_started", "{}"},
	{0, 2, "step_started", "{\"pid\":4}"},
	{0, 3, "log", "{\"level\":\"info\",\"message\":\"read\\n5 files\"}"},
	{0, 3, "log", "{\"level\":\"DEBUG\",\"message\":\"unseen\"}"},
	{0, 4, "materialization", "{\"rows\":1234,\"path\":\"/data/raw/orders\"}"},
	{0, 4, "step_succeeded", "{\"duration_us\":2000000}"},
	{1, 4, "step_started", "{}"},
	{1, 5, "step_failed",
	 "{\"duration_us\":300000,\"message\":\"failed\",\"error\":{\"name\":\"KeyError\","
	 "\"message\":\"'x'\","
	 "\"stack\":[\"  File \\\"/r/d.py\\\", line 7, in model\\n\",\"    d['x']\\n\"],"
	 "\"file\":\"/r/d.py\",\"line\":7,\"hint\":\"look\"}}"},
	{2, 5, "step_skipped", "{\"reason\":\"model failed\"}"},
	{-1, 6, "run_failed", "{\"succeeded\":1}"},
};

#define FAILED                                                                         \
	"\"message\":\"failed\",\"error\":{\"name\":\"KeyError\",\"message\":\"'x'\"," \
	"\"stack\":[]}"

/* It waits for another run, and its only step is tried three times. */
static const struct canned stubborn[] = {
	{-1, 1, "run_created",
	 "{\"steps\":[{\"index\":0,\"name\":\"raw\",\"location\":\"ml\",\"assets\":[\"raw\"]}]}"},
	{-1, 1, "run_waiting", "{\"reason\":\"run 7 writes \\\"raw\\\"\"}"},
	{-1, 2, "run_started", "{}"},
	{0, 2, "step_started", "{}"},
	{0, 3, "step_up_for_retry", "{\"wait_us\":4000000," FAILED "}"},
	{0, 7, "step_started", "{}"},
	{0, 8, "step_up_for_retry", "{\"wait_us\":0," FAILED "}"},
	{0, 8, "step_started", "{}"},
	{0, 9, "step_succeeded", "{\"duration_us\":1000000}"},
	{-1, 9, "run_succeeded", "{}"},
};

static sv follow_these(struct arena *a, const struct canned *told, size_t count,
		       struct progress_look look, struct page *summary)
{
	char name[] = "/tmp/test_progress_XXXXXX";
	static char text[20000];
	int fd = mkstemp(name);

	unlink(name);
	look.fd = fd;
	look.now = canned_now;
	struct progress *p = progress_new(a, &look);
	int64_t starts[3] = {0};

	for (size_t i = 0; i < count; i++) {
		if (strcmp(told[i].kind, "step_started") == 0)
			starts[told[i].step]++;
		struct event_row row = {.id = (int64_t)i + 1,
					.run = SV("0195f1c2-aaaa-7bbb-8ccc-0123456789ab"),
					.step = told[i].step,
					.attempt = told[i].step < 0 ? 0 : starts[told[i].step],
					.kind = sv_of(told[i].kind),
					.body = sv_of(told[i].body),
					.at = told[i].second * SECOND};
		progress_event(p, &row);
		progress_tick(p);
	}
	if (summary)
		progress_summary(summary, progress_view(p));
	progress_end(p);
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);
	text[n] = '\0';
	close(fd);
	return (sv){text, (size_t)n};
}

static sv follow(struct arena *a, struct progress_look look, struct page *summary)
{
	return follow_these(a, events, COUNT_OF(events), look, summary);
}

static bool contains(sv text, const char *part)
{
	return memmem(text.p, text.n, part, strlen(part)) != NULL;
}

static void test_waiting_and_retries_are_told(void)
{
	AUTO_ARENA a = arena_new();
	sv out = follow_these(a, stubborn, COUNT_OF(stubborn),
			      (struct progress_look){.kind = PROGRESS_PLAIN}, NULL);

	CHECK(contains(out, "run 456789ab is queued: run 7 writes \"raw\""));
	CHECK(contains(out, "attempt 2 in 4.0 s: KeyError: 'x'"));
	CHECK(contains(out, "attempt 3 in 0 ms: KeyError: 'x'"));
	CHECK(contains(out, "✔ raw"));
	CHECK(contains(out, "attempt 3\n"));
}

static void test_a_terminal_counts_down_to_the_next_attempt(void)
{
	AUTO_ARENA a = arena_new();
	struct progress_look look = {.kind = PROGRESS_LIVE, .width = 110, .height = 30};

	clock_now_canned = 0;
	sv out = follow_these(a, stubborn, COUNT_OF(stubborn), look, NULL);
	clock_now_canned = 20 * SECOND;
	CHECK(contains(out, "queued"));
	CHECK(contains(out, "waits: run 7 writes \"raw\""));
	CHECK(contains(out, "↻ raw"));
}

static void test_pipe_gets_a_line_for_each_ended_step(void)
{
	AUTO_ARENA a = arena_new();

	setenv("TZ", "UTC", 1);
	CHECK_SV(SV("warning: old has no value\n"
		    "00:00:03   raw/orders │ read\n"
		    "00:00:03   raw/orders │ 5 files\n"
		    "00:00:04 ✔ raw/orders  analytics-team       2.0 s  1,234 rows\n"
		    "00:00:05 ✘ model +1    ml                  300 ms  KeyError: 'x'\n"
		    "           at /r/d.py:7\n"
		    "               File \"/r/d.py\", line 7, in model\n"
		    "                 d['x']\n"
		    "           hint: look\n"
		    "00:00:05 ↷ report      ml                          model failed\n"),
		 follow(a, (struct progress_look){.kind = PROGRESS_PLAIN}, NULL));
}

static void test_terminal_redraws_every_step_in_place(void)
{
	AUTO_ARENA a = arena_new();
	struct progress_look look = {.kind = PROGRESS_LIVE, .width = 100, .height = 24};
	sv text = follow(a, look, NULL);

	CHECK_CONTAINS("\r\033[4A\033[J", text.p);
	CHECK_CONTAINS("▸ raw/orders", text.p);
	CHECK_CONTAINS("✘ failed  run 456789ab  3 of 3 steps  1 failed  5.0 s\n"
		       "✔ raw/orders  analytics-team       2.0 s  1,234 rows\n"
		       "✘ model +1    ml                  300 ms  KeyError: 'x'\n"
		       "↷ report      ml                          model failed\n",
		       text.p);
}

static void test_more_steps_than_lines_scroll_when_ended(void)
{
	AUTO_ARENA a = arena_new();
	struct progress_look look = {.kind = PROGRESS_LIVE, .width = 70, .height = 6};
	sv text = follow(a, look, NULL);

	CHECK_CONTAINS("00:00:04 ✔ raw/orders", text.p);
	CHECK(!strstr(text.p, "· report"));
}

static void test_a_hidden_frame_is_wiped_and_drawn_again(void)
{
	AUTO_ARENA a = arena_new();
	char name[] = "/tmp/test_progress_XXXXXX", text[2000] = "";
	struct progress_look look = {
		.kind = PROGRESS_LIVE, .width = 100, .height = 24, .now = canned_now};
	struct event_row created = {
		.id = 1, .step = -1, .kind = SV("run_created"), .body = SV(CREATED)};
	size_t frame;

	look.fd = mkstemp(name);
	unlink(name);
	struct progress *p = progress_new(a, &look);
	progress_event(p, &created);
	progress_hide(p);
	frame = (size_t)pread(look.fd, text, sizeof(text) - 1, 0);
	CHECK(sv_ends((sv){text, frame}, SV("\r\033[4A\033[J")));
	progress_hide(p);
	progress_tick(p);
	progress_end(p);
	CHECK(pread(look.fd, text, sizeof(text) - 1, 0) > 0);
	CHECK_CONTAINS("raw/orders", text + frame);
	close(look.fd);
}

static void test_quiet_says_nothing(void)
{
	AUTO_ARENA a = arena_new();

	CHECK_INT(0, follow(a, (struct progress_look){.kind = PROGRESS_QUIET}, NULL).n);
}

static void test_summary_names_first_failure_and_next_command(void)
{
	AUTO_ARENA a = arena_new();
	struct page page = {0};

	follow(a, (struct progress_look){.kind = PROGRESS_QUIET}, &page);
	CHECK_SV(SV("\n✘ run 456789ab failed: 1 succeeded, 1 failed, 1 skipped of 3 steps in 2 "
		    "locations, 5.0 s\n"
		    "  values         /data/raw\n"
		    "\n  first failure: model +1 (ml)\n"
		    "    KeyError: 'x'\n"
		    "    at /r/d.py:7\n"
		    "        File \"/r/d.py\", line 7, in model\n"
		    "          d['x']\n"
		    "    hint: look\n"
		    "  skipped: report (ml) model failed\n"
		    "  next           plait run logs 456789ab --step model\n"
		    "                 plait run retry 456789ab   once it is mended\n"),
		 buf_sv(&page.buf));
	buf_free(&page.buf);
}

TESTS(TEST(test_waiting_and_retries_are_told) TEST(test_a_terminal_counts_down_to_the_next_attempt)
	      TEST(test_pipe_gets_a_line_for_each_ended_step)
		      TEST(test_terminal_redraws_every_step_in_place)
			      TEST(test_more_steps_than_lines_scroll_when_ended)
				      TEST(test_a_hidden_frame_is_wiped_and_drawn_again)
				      TEST(test_quiet_says_nothing) TEST(
					      test_summary_names_first_failure_and_next_command))
