/* wire.h -- what a command and the owner of the state say to each other, a JSON object a line:
 *	command:	{"op":"materialize","selection":…,"location":…,"most_running":n}
 *			{"op":"cancel","hard":bool}
 *	owner:		{"ok":true,"run":id}  or  {"ok":false,"kind":…,"message":…,"hint":…}
 *			{"event":{…}}  …  {"end":"success"} */
#pragma once
#include "daemon/session.h"

struct run_request;

sv wire_write_request(struct arena *a, const struct run_request *request);
void wire_read_request(struct arena *a, const struct value *line, struct run_request *ret);

sv wire_write_error(struct arena *a, const struct err *e);
void wire_read_error(const struct value *line, struct err *ret);

sv wire_write_event(struct arena *a, const struct event_row *event);
void wire_read_event(struct arena *a, const struct value *line, struct event_row *ret);
