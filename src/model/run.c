/* run.c -- the tables of run.h, unfolded. */
#include "model/run.h"

struct state_row {
	const char *word;
	unsigned next; /* a bit for each state it may move to */
};

#define N(id)             (1u << RUN_##id)
#define X(id, word, next) [RUN_##id] = {word, next},
static const struct state_row run_states[] = {RUN_STATES(X)};
#undef X
#undef N

#define N(id)             (1u << STEP_##id)
#define X(id, word, next) [STEP_##id] = {word, next},
static const struct state_row step_states[] = {STEP_STATES(X)};
#undef X
#undef N

static unsigned find_word(const struct state_row *rows, unsigned count, sv word)
{
	unsigned i = 0;

	while (i < count && !sv_eq(sv_of(rows[i].word), word))
		i++;
	return i;
}

const char *run_state_word(enum run_state state)
{
	return run_states[state].word;
}

bool run_state_parse(sv word, enum run_state *ret)
{
	unsigned i = find_word(run_states, RUN_STATE_COUNT, word);

	if (i == RUN_STATE_COUNT)
		return false;
	*ret = (enum run_state)i;
	return true;
}

bool run_state_may_move(enum run_state from, enum run_state to)
{
	return run_states[from].next >> to & 1;
}

bool run_state_ended(enum run_state state)
{
	return run_states[state].next == 0;
}

const char *step_state_word(enum step_state state)
{
	return step_states[state].word;
}

bool step_state_parse(sv word, enum step_state *ret)
{
	unsigned i = find_word(step_states, STEP_STATE_COUNT, word);

	if (i == STEP_STATE_COUNT)
		return false;
	*ret = (enum step_state)i;
	return true;
}

bool step_state_may_move(enum step_state from, enum step_state to)
{
	return step_states[from].next >> to & 1;
}

bool step_state_ended(enum step_state state)
{
	return step_states[state].next == 0;
}
