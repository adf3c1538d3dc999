/* server.h -- what the daemon has of the runs: slots, dispatch, queue, an order for each started run.  It is killed now and then; the
 * next one begins with what the ledger would know. */
#pragma once
#include "sim.h"

void server_begin(struct sim *s);
void server_end(struct sim *s);
void server_kill(struct sim *s); /* and begins the next */

void server_queue(struct sim *s, struct live *r); /* again, with a server that takes over a started one */
void server_order(struct sim *s, struct live *r); /* its steps wait for their turn */
bool server_raise_limits(struct sim *s);          /* pools that let nobody in let one in; false: there are none */
