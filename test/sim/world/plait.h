/* plait.h -- one plait: an engine over the world's ledger and machine, from its start to its end or its death; and what people do
 * to it.  When it is gone the next one takes over. */
#pragma once
#include "executor.h"
#include "watch.h"

struct plait {
	struct loop *loop;
	struct fake_executor executor;
	struct store *store;
	struct engine *engine; /* NULL: none lives */
	bool dead;             /* it was killed: what it still does has no effect */
	bool failed;           /* it could not write the ledger */
	bool starting;
	const char *killed_at;
	uint32_t faults, kills; /* of a thousand calls of the ledger or the executor */
	uint64_t starts, deaths, failures, reboots, listened;
};
extern struct plait plait;

void plait_make(struct store *ledger_store);
void plait_start(void *ctx);
void plait_end_turn(void); /* of the loop; then looks at everything */
void plait_kill(const char *where);
void plait_end(void);      /* at the end of the history */
void plait_calm(void);     /* nothing goes wrong by itself any more */

/* What people do. */
void plait_submit(void);
void plait_cancel_some(void);
bool plait_cancel_all(void); /* false: no run is open */
void plait_listen(void);
void plait_change_limits(void);
void plait_change_code(void);
void plait_check_end(void); /* all is over */
