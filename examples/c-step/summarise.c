/* summarise.c READINGS SUMMARY -- reads lines `station,celsius` and writes one line a station: how many readings,
 * their mean, and how many were warm.  As a step of a pipeline it says what it made; started by hand it just makes it. */
#include "plait_pipes.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_STATIONS = 100 };

struct station {
	char name[64];
	long readings, warm;
	double sum;
};

struct summary {
	struct station stations[MOST_STATIONS];
	int count;
	long lost; /* lines without a reading */
};

/* NULL when there are too many. */
static struct station *station_of(struct summary *s, const char *name)
{
	for (int i = 0; i < s->count; i++) {
		if (strcmp(s->stations[i].name, name) == 0)
			return &s->stations[i];
	}
	if (s->count == MOST_STATIONS)
		return NULL;
	snprintf(s->stations[s->count].name, sizeof(s->stations[0].name), "%s", name);
	return &s->stations[s->count++];
}

static bool read_readings(FILE *from, double warm_from, struct summary *s)
{
	char line[256], name[64];
	double celsius;

	while (fgets(line, sizeof(line), from)) {
		struct station *station;
		int found = sscanf(line, "%63[^,],%lf", name, &celsius);

		station = found >= 1 ? station_of(s, name) : NULL;
		if (!station || found < 2) {
			s->lost++;
			continue;
		}
		station->readings++;
		station->sum += celsius;
		station->warm += celsius >= warm_from;
	}
	return !ferror(from);
}

static bool write_summary(FILE *to, const struct summary *s)
{
	fprintf(to, "station,readings,mean,warm_hours\n");
	for (int i = 0; i < s->count; i++) {
		const struct station *station = &s->stations[i];
		double mean = station->readings ? station->sum / (double)station->readings : 0;

		fprintf(to, "%s,%ld,%.2f,%ld\n", station->name, station->readings, mean,
			station->warm);
	}
	return fflush(to) == 0 && !ferror(to);
}

static void report(struct plait_pipes *pipes, const struct summary *s, const char *path)
{
	const struct plait_pipes_value lost = plait_pipes_int("lost", s->lost);
	const struct plait_pipes_check check = {.name = "nothing_was_lost",
						.passed = s->lost == 0,
						.severity = PLAIT_PIPES_SEVERITY_WARN};
	const struct plait_pipes_value metadata[] = {
		plait_pipes_path("path", path),
		plait_pipes_int("stations", s->count),
		plait_pipes_md("columns", "`station`, `readings`, `mean` (°C), `warm_hours`"),
	};

	plait_pipes_report_check(pipes, &check, &lost, 1);
	plait_pipes_report_materialization(pipes, NULL, NULL, metadata, 3);
}

static int fail(struct plait_pipes *pipes, const char *path)
{
	char text[512];
	const struct plait_pipes_exception why = {.message = text, .name = "OSError"};

	snprintf(text, sizeof(text), "%s: %s", path, strerror(errno));
	fprintf(stderr, "%s\n", text);
	plait_pipes_close_failed(pipes, &why);
	return EXIT_FAILURE;
}

static int summarise(struct plait_pipes *pipes, const char *readings, const char *path)
{
	static struct summary summary;
	double warm_from = 25;
	FILE *from, *to;

	plait_pipes_extra_float(pipes, "warm_from", &warm_from);
	plait_pipes_log(pipes, PLAIT_PIPES_INFO, "summarising %s; warm is %.1f and more", readings,
			warm_from);
	from = fopen(readings, "r");
	if (!from || !read_readings(from, warm_from, &summary))
		return fail(pipes, readings);
	fclose(from);
	to = fopen(path, "w");
	if (!to || !write_summary(to, &summary))
		return fail(pipes, path);
	fclose(to);
	report(pipes, &summary, path);
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	/* errors of the reports themselves are left to the library: it says so and ends the program */
	const struct plait_pipes_options options = {
		.argc = argc, .argv = argv, .exit_on_error = true};
	struct plait_pipes *pipes;
	int status;

	if (argc < 3) {
		fprintf(stderr, "usage: summarise READINGS SUMMARY\n");
		return 2;
	}
	pipes = plait_pipes_open(&options);
	status = summarise(pipes, argv[1], argv[2]);
	plait_pipes_close(pipes);
	plait_pipes_free(pipes);
	return status;
}
