/* wire.h -- what commands and the owner of the state say to each other over STATE/owner.sock: a JSON object a line, each with
 * the `id` of the request it belongs to, so that requests may overlap.  The first line of a caller says which version it
 * speaks.
 *
 *	{"id":0,"op":"hello","wire":1,"plait":"0.1.0"}
 *		{"id":0,"ok":true,"wire":1,"plait":…,"pid":n,"serves":bool}
 *	{"id":n,"op":"materialize","selection":…,"location":…,"most_running":n,"tags":{…},"follow":bool}
 *	{"id":n,"op":"retry","run":id,"all":bool,"tags":{…},"follow":bool}
 *		{"id":n,"ok":true,"run":id,"locations":[{"name","health","error"}]}: those that do not load
 *	{"id":n,"op":"attach","run":id,"after":event}
 *		{"id":n,"ok":true,"run":id}
 *	   what follows a run:
 *		{"id":n,"event":{…}} … {"id":n,"end":"success"}
 *		or, to who reads too slowly, {"id":n,"cut":event}: attach again, after that one
 *	{"id":n,"op":"cancel","run":id,"hard":bool,"reason":…}: with `follow` and `after` as attach; without `run`: what request
 *	   `of` asks for, which may not have an id yet
 *		{"id":n,"ok":true}
 *	{"id":n,"op":"status"}
 *		{"id":n,"ok":true,"pid":n,"serves":bool,"since":us,"runs":[{"id","state","reason"}]}
 *	{"id":n,"op":"status","run":id}
 *		{"id":n,"ok":true,"reason":…,"steps":[{"index","state","reason"}]}: those that are starting or wait for a limit
 *	{"id":n,"op":"reload","location":…}: all, when there is none
 *		{"id":n,"ok":true,"locations":[…]}, once compiled and on disk
 *	{"id":n,"op":"report","events":[{…}]} (daemon/report.h)
 *		{"id":n,"ok":true,"ids":[n]}, once on disk
 *	{"id":n,"op":"pool","name":…,"slots":n}: slots below 0 forget it
 *		{"id":n,"ok":true}
 *	anything that fails
 *		{"id":n,"ok":false,"kind":…,"message":…,"hint":…}
 *
 * `launch` is `materialize` that is not followed.  Lines are at most WIRE_LONGEST_LINE bytes. */
#pragma once
#include "codec/json.h"
#include "daemon/run_request.h"

enum { WIRE_VERSION = 1, WIRE_LONGEST_LINE = 4 << 20 };

sv wire_write_hello(struct arena *a);
/* CONFLICT with a sentence when the other side speaks another version; `who` is what it is to us: "the plait that calls". */
bool wire_check_hello(const struct value *line, const char *who, struct err *e) CHECKED;

sv wire_write_request(struct arena *a, const struct run_request *request, bool follow);
/* Views into `line`.  INVALID names the member that makes no sense. */
bool wire_read_request(struct arena *a, const struct value *line, struct run_request *ret, struct err *e) CHECKED;

struct json wire_begin_reply(struct buf *out, int64_t id); /* {"id":n,"ok":true, and members to come */
sv wire_write_error(struct arena *a, int64_t id, const struct err *e);
void wire_read_error(const struct value *line, struct err *ret);

sv wire_write_event(struct arena *a, int64_t id, const struct event_row *event);
void wire_read_event(struct arena *a, const struct value *line, struct event_row *ret);

/* A member `locations` of all, or of those alone that do not load. */
void wire_write_locations(struct json *j, const struct code_view *code, bool broken_only);
