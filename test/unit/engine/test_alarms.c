#include "check.h"
#include "engine/alarms.h"

enum { MANY = 200 };

struct clock {
	time_us now;
	time_us last; /* when the last one that rang was due */
	int rung;
	struct alarms *alarms;
	struct alarm *other;
};

static time_us now(void *ctx)
{
	return ((struct clock *)ctx)->now;
}

static void on_due(void *ctx)
{
}

struct bell {
	struct alarm alarm;
	struct clock *clock;
};

static void ring(void *ctx)
{
	struct bell *bell = ctx;

	CHECK(bell->alarm.at >= bell->clock->last);
	bell->clock->last = bell->alarm.at;
	bell->clock->rung++;
}

static void ring_and_clear(void *ctx)
{
	struct bell *bell = ctx;

	ring(bell);
	alarm_clear(bell->clock->alarms, bell->clock->other);
}

static void test_alarms_ring_in_order_and_only_when_due(void)
{
	struct clock c = {.now = 1};
	struct loop *l = loop_new();
	struct alarms *as = alarms_new(l, now, &c, on_due, NULL);
	struct bell bells[MANY];
	unsigned seed = 7;

	for (int i = 0; i < MANY; i++) {
		bells[i] = (struct bell){.alarm = {.fn = ring, .ctx = &bells[i]}, .clock = &c};
		seed = seed * 1103515245 + 12345;
		alarm_set(as, &bells[i].alarm, 10 + seed / 65536 % 1000);
	}
	for (int i = 0; i < MANY; i += 4)
		alarm_clear(as, &bells[i].alarm);
	for (int i = 1; i < MANY; i += 4)
		alarm_set(as, &bells[i].alarm, 2000 + i);
	CHECK(alarms_next(as) >= 10);
	alarms_ring(as);
	CHECK_INT(0, c.rung);
	c.now = 1500;
	alarms_ring(as);
	CHECK_INT(MANY / 2, c.rung);
	CHECK_INT(2001, alarms_next(as));
	c.now = 5000;
	alarms_ring(as);
	CHECK_INT(MANY / 4 * 3, c.rung);
	CHECK_INT(0, alarms_next(as));
	alarms_free(as);
	loop_free(l);
}

static void test_an_alarm_may_clear_another_that_is_due(void)
{
	struct clock c = {.now = 100};
	struct loop *l = loop_new();
	struct alarms *as = alarms_new(l, now, &c, on_due, NULL);
	struct bell first = {.alarm = {.fn = ring_and_clear, .ctx = &first}, .clock = &c},
		    second = {.alarm = {.fn = ring, .ctx = &second}, .clock = &c};

	c.alarms = as;
	c.other = &second.alarm;
	alarm_set(as, &first.alarm, 50);
	alarm_set(as, &second.alarm, 60);
	alarms_ring(as);
	CHECK_INT(1, c.rung);
	alarms_free(as);
	loop_free(l);
}

TESTS(TEST(test_alarms_ring_in_order_and_only_when_due)
      TEST(test_an_alarm_may_clear_another_that_is_due))
