/* stub_host.c -- a location host whose steps do nothing, for measuring the engine alone.  A location's `executable_path` names it;
 * it is started like a Python.  The location's target tells what it defines, `python_module` ones best:
 *
 *	N[.chain][.process][.PREFIX]   N assets PREFIX00000 … (PREFIX: the location's name); independent, or each needing the one before;
 *	                               their steps of isolation `worker` unless `process` is said; retries: none
 *
 * A step sends 5 messages: opened, 2 logs, a materialization for each of its assets, closed; all with one write and one send. */
#include "fake_host.h"

struct shape {
	int64_t count;
	bool chain, process;
	sv prefix;
};

static struct shape shape_of(const struct value *location)
{
	sv rest = value_text(location, "target"), word = {0};
	struct shape s = {.count = 10, .prefix = value_text(location, "name")};
	uint64_t n;

	while (sv_split(&rest, '.', &word)) {
		if (sv_u64(word, &n))
			s.count = (int64_t)n;
		else if (sv_eq(word, SV("chain")))
			s.chain = true;
		else if (sv_eq(word, SV("process")))
			s.process = true;
		else if (word.n && !sv_eq(word, SV("stub")))
			s.prefix = word;
	}
	return s;
}

static void add_asset(struct buf *out, const struct shape *s, int64_t i)
{
	buf_addf(out, "%s{\"automation\":null,\"backfill\":null,\"code_version\":null,\"deps\":[", i ? "," : "");
	if (s->chain && i)
		buf_addf(out, "{\"input\":null,\"io_manager\":null,\"key\":[\"" SV_FMT "%05lld\"],\"loaded\":false,\"metadata\":{}}",
			 SV_ARG(s->prefix), (long long)i - 1);
	buf_addf(out, "],\"description\":null,\"freshness\":null,\"group\":\"default\",\"io_manager\":null,\"key\":[\"" SV_FMT "%05lld\"],"
		      "\"kind\":\"materialization\",\"kinds\":[],\"metadata\":{},\"output\":\"result\",\"owners\":[],\"partitions\":null,"
		      "\"required\":true,\"source\":null,\"step\":\"" SV_FMT "%05lld\",\"tags\":{}}",
		 SV_ARG(s->prefix), (long long)i, SV_ARG(s->prefix), (long long)i);
}

static void add_step(struct buf *out, const struct shape *s, int64_t i)
{
	buf_addf(out, "%s{\"assets\":[[\"" SV_FMT "%05lld\"]],\"can_subset\":false,\"checks\":[],\"description\":null,\"name\":\"" SV_FMT
		      "%05lld\",\"pool\":null,\"resources\":[],\"retry\":null,\"source\":null,\"tags\":{\"plait/isolation\":\"%s\"}}",
		 i ? "," : "", SV_ARG(s->prefix), (long long)i, SV_ARG(s->prefix), (long long)i,
		 s->process ? "process" : "worker");
}

static sv manifest(struct arena *a, const struct value *location)
{
	struct shape s = shape_of(location);
	AUTO_BUF out = {0};

	buf_addf(&out, "{\"assets\":[");
	for (int64_t i = 0; i < s.count; i++)
		add_asset(&out, &s, i);
	buf_addf(&out, "],\"definitions\":\"plait\",\"environment\":{\"fingerprint\":\"\",\"prefix\":\"/\"},\"environment_variables\":[],"
		       "\"format\":1,\"git\":null,\"location\":\"" SV_FMT "\",\"modules\":[],\"problems\":[],"
		       "\"python\":{\"executable\":\"stub_host\",\"implementation\":\"stub\",\"version\":\"0\"},\"resources\":[],"
		       "\"sdk\":{\"name\":\"plait\",\"version\":\"0\"},\"sources\":{\"digest\":\"\",\"files\":[]},"
		       "\"start\":{\"method\":\"fork\",\"reason\":\"a stub\"},\"steps\":[",
		 SV_ARG(value_text(location, "name")));
	for (int64_t i = 0; i < s.count; i++)
		add_step(&out, &s, i);
	buf_addf(&out, "]}");
	return arena_sv(a, buf_sv(&out));
}

/* ---- a worker ---- */

static void add_message(struct buf *out, const char *method, const char *params)
{
	buf_addf(out, "{\"__dagster_pipes_version\":\"0.1\",\"method\":\"%s\",\"params\":%s}\n", method, params);
}

static void add_materialization(struct buf *out, sv key)
{
	AUTO_BUF params = {0};
	struct json j = {.out = &params};

	json_open(&j, '{');
	json_member_text(&j, "asset_key", key);
	json_member_text(&j, "data_version", (sv){NULL, 0});
	json_key(&j, "metadata");
	json_open(&j, '{');
	json_close(&j);
	json_close(&j);
	add_message(out, "report_asset_materialization", params.p);
}

static void compose(struct buf *out, const struct value *context, const char *opened)
{
	const struct value *keys = value_list(context, "asset_keys");

	buf_clear(out);
	add_message(out, "opened", opened);
	add_message(out, "log", "{\"message\":\"a stub has nothing to do\",\"level\":\"INFO\"}");
	add_message(out, "log", "{\"message\":\"and has done it\",\"level\":\"INFO\"}");
	for (size_t i = 0; i < keys->n; i++)
		add_materialization(out, keys->items[i].text);
	add_message(out, "closed", "{\"plait\":{\"user_us\":3,\"system_us\":2,\"max_rss_kib\":1000}}");
}

static int work(int sock)
{
	AUTO_BUF in = {0}, line = {0}, out = {0};
	AUTO_ARENA forever = arena_new();
	sv path = {"", 0}, started = {"0", 1};
	bool heard = true;
	int file = -1;
	struct err e;

	process_started(forever, getpid(), &started);
	sv opened = arena_fmt(forever, "{\"extras\":{\"plait\":{\"pid\":%d,\"started\":\"" SV_FMT "\"}}}", (int)getpid(),
			      SV_ARG(started));
	while (fake_read_line(sock, &in, &line)) {
		AUTO_ARENA a = arena_new();
		const struct value *context, *ours;

		if (!json_read(a, buf_sv(&line), &context, &e))
			return 73;
		ours = value_map(value_map(context, "extras"), "plait");
		if (!sv_eq(path, value_text(ours, "messages"))) {
			if (file >= 0)
				close(file);
			path = arena_sv(forever, value_text(ours, "messages"));
			file = open(path.p, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
		}
		compose(&out, context, opened.p);
		if (file < 0 || !fake_write(file, buf_sv(&out)))
			return 74;
		heard = heard && fake_write(sock, buf_sv(&out));
		if (!sv_eq(value_text(ours, "isolation"), SV("worker")))
			return 0;
	}
	return 0;
}

int main(int argc, char **argv)
{
	static const struct fake_script script = {.manifest = manifest, .work = work};

	if (!fake_host_wanted(argc, argv)) {
		fprintf(stderr, "stub_host: it is started by plait, as the executable_path of a location\n");
		return 2;
	}
	return fake_host_run(&script);
}
