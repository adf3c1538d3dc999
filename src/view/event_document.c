/* event_document.c -- a row of the ledger, its body as the JSON it is. */
#include "view/event_document.h"

#include "base/time.h"
#include "view/document.h"

void event_document(struct json *j, const struct event_row *event)
{
	json_open(j, '{');
	json_member_int(j, "id", event->id);
	document_time(j, "at", event->at);
	json_member_text(j, "run", event->run);
	json_member_int(j, "step", event->step);
	json_member_int(j, "attempt", event->attempt);
	json_member_text(j, "kind", event->kind);
	document_text(j, "asset", event->asset);
	document_json(j, "body", event->body);
	json_close(j);
}

static sv own_text(struct arena *a, const struct value *document, const char *key)
{
	sv text = value_text(document, key);

	return text.p ? arena_sv(a, text) : text;
}

bool event_document_read(struct arena *a, const struct value *document, struct event_row *ret)
{
	const struct value *body = value_get(document, "body");

	*ret = (struct event_row){
		.id = value_int(document, "id", -1),
		.run = own_text(a, document, "run"),
		.step = value_int(document, "step", -1),
		.attempt = value_int(document, "attempt", 0),
		.kind = own_text(a, document, "kind"),
		.asset = own_text(a, document, "asset"),
		.body = body && body->type != VALUE_NULL ? json_print(a, body) : (sv){0},
	};
	return ret->id >= 0 && ret->kind.n &&
	       time_parse_rfc3339(value_text(document, "at"), &ret->at);
}
