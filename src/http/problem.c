/* problem.c -- what is said when something failed (RFC 9457). */
#include "http/http_parts.h"

int http_status_of(enum err_kind kind)
{
	static const int statuses[] = {
		[ERR_INVALID] = 400,  [ERR_DENIED] = 403,  [ERR_NOT_FOUND] = 404,
		[ERR_CONFLICT] = 409, [ERR_LIMIT] = 422,   [ERR_UNAVAILABLE] = 503,
		[ERR_TIMEOUT] = 504,  [ERR_CORRUPT] = 500, [ERR_CANCELED] = 409,
		[ERR_FAILED] = 500,
	};

	return statuses[kind] ? statuses[kind] : 500;
}

sv problem_document(struct arena *a, int status, const struct err *why)
{
	AUTO_BUF out = {0};
	struct json j = json_begin(&out, '{');

	json_member_text(&j, "type", SV("about:blank"));
	json_member_text(&j, "title", sv_of(status_title(status)));
	json_member_int(&j, "status", status);
	json_member_text(&j, "detail", sv_of(why->text));
	json_member_text(&j, "kind", sv_of(err_word(why->kind)));
	json_member_text(&j, "hint", why->hint[0] ? sv_of(why->hint) : (sv){NULL, 0});
	return json_finish(a, &j);
}

void exchange_refuse_with(struct exchange *x, int status, const struct err *why)
{
	exchange_answer(x, status, SV("application/problem+json"),
			problem_document(x->arena, status, why));
}

void exchange_refuse(struct exchange *x, const struct err *why)
{
	exchange_refuse_with(x, http_status_of(why->kind), why);
}

static enum err_kind kind_of(int status)
{
	static const struct {
		int status;
		enum err_kind kind;
	} rows[] = {{403, ERR_DENIED}, {404, ERR_NOT_FOUND},  {408, ERR_TIMEOUT},
		    {413, ERR_LIMIT},  {414, ERR_LIMIT},      {421, ERR_DENIED},
		    {431, ERR_LIMIT},  {503, ERR_UNAVAILABLE}};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		if (rows[i].status == status)
			return rows[i].kind;
	}
	return ERR_INVALID;
}

void exchange_refuse_text(struct exchange *x, int status, const char *detail, const char *hint)
{
	struct err e;

	err_set(&e, kind_of(status), "%s", detail);
	err_hint(&e, "%s", hint);
	exchange_refuse_with(x, status, &e);
}
