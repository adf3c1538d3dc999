/* document.h -- members of a document: small shapes that come back in many of them (doc/formats/json-output.md). */
#pragma once
#include "codec/json.h"
#include "model/manifest.h"

void document_time(struct json *j, const char *key, time_us at);       /* RFC 3339; null when 0 */
void document_number(struct json *j, const char *key, int64_t number); /* null when negative */
void document_text(struct json *j, const char *key, sv text);          /* null when empty */
void document_texts(struct json *j, const char *key, const struct sv_list *texts);
void document_json(struct json *j, const char *key,
		   sv json); /* stored JSON; null when p NULL or broken */
/* Of an error object (model/failure.h); null when p NULL. */
void document_failure(struct json *j, const char *key, sv json);
void document_source(struct json *j, const char *key,
		     const struct source_position *at); /* {file, line} or null */
