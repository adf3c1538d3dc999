/* event_document.c -- a row of the ledger, its body as the JSON it is. */
#include "view/event_document.h"

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
