/* owner_call.c -- signals and the clock around a client. */
#include "cli/owner_call.h"

#include <signal.h>

enum { SIGNALS = 3 };

struct calling {
	struct owner_client *client;
	bool late;
};

static void on_signal(void *ctx, int number)
{
	struct calling *k = ctx;

	owner_client_stop(k->client);
}

static void on_limit(void *ctx)
{
	struct calling *k = ctx;

	k->late = true;
	owner_client_stop(k->client);
}

static bool call(struct calling *k, struct arena *a, const struct owner_call *what,
		 const struct value **ret, struct err *e)
{
	if (owner_client_greet(k->client, e) && owner_client_ask(k->client, a, what, ret, e))
		return true;
	return !k->late ? false
			: err_set(e, ERR_TIMEOUT, "the plait that runs here does not answer");
}

bool owner_call(struct session *s, struct arena *a, const struct owner_call *what, time_us limit,
		const struct value **ret, struct err *e)
{
	static const int numbers[SIGNALS] = {SIGINT, SIGTERM, SIGHUP};
	struct calling k = {.client = owner_client_new(s)};
	struct signal_watch *signals[SIGNALS];
	struct timer *timer = limit ? timer_start(s->loop, limit, on_limit, &k) : NULL;
	bool done;

	for (size_t i = 0; i < SIGNALS; i++)
		signals[i] = signal_watch_start(s->loop, numbers[i], on_signal, &k);
	done = call(&k, a, what, ret, e);
	for (size_t i = 0; i < SIGNALS; i++)
		signal_watch_close(signals[i]);
	timer_close(timer);
	owner_client_free(k.client);
	return done;
}
