/* document.c -- members written the same way everywhere. */
#include "view/document.h"

#include "base/time.h"
#include "model/failure.h"

void document_time(struct json *j, const char *key, time_us at)
{
	char text[TIME_TEXT];

	json_member_text(j, key, at ? time_write(text, at) : (sv){0});
}

void document_number(struct json *j, const char *key, int64_t number)
{
	json_key(j, key);
	if (number < 0)
		json_none(j);
	else
		json_int(j, number);
}

void document_text(struct json *j, const char *key, sv text)
{
	json_member_text(j, key, text.n ? text : (sv){0});
}

void document_texts(struct json *j, const char *key, const struct sv_list *texts)
{
	json_key(j, key);
	json_open(j, '[');
	for (size_t i = 0; i < texts->n; i++)
		json_text(j, texts->at[i]);
	json_close(j);
}

void document_json(struct json *j, const char *key, sv json)
{
	AUTO_ARENA a = arena_new();
	const struct value *value = NULL;
	struct err e = {0};

	if (json.p && !json_read(a, json, &value, &e))
		value = NULL;
	json_key(j, key);
	json_value(j, value);
}

void document_source(struct json *j, const char *key, const struct source_position *at)
{
	json_key(j, key);
	if (!at->file.n) {
		json_none(j);
		return;
	}
	json_open(j, '{');
	json_member_text(j, "file", at->file);
	json_member_int(j, "line", at->line);
	json_close(j);
}

void document_failure(struct json *j, const char *key, sv json)
{
	AUTO_ARENA a = arena_new();
	struct failure f = failure_read(a, json);

	json_key(j, key);
	if (!f.message.p) {
		json_none(j);
		return;
	}
	json_open(j, '{');
	document_text(j, "exception", f.exception);
	json_member_text(j, "message", f.message);
	document_text(j, "file", f.file);
	document_number(j, "line", f.line > 0 ? f.line : -1);
	document_text(j, "hint", f.hint);
	document_text(j, "cause", f.cause);
	document_text(j, "traceback", f.traceback);
	json_close(j);
}
