/* serving_api.c -- from options to the request. */
#include "cli/serving_api.h"

#include "sys/path.h"

static sv read_path(struct cli *c, enum option_id id)
{
	sv typed = option_text(&c->args, id);

	return typed.p ? path_resolve(c->arena, c->world->cwd, typed) : typed;
}

bool serving_api_read(struct cli *c, struct serving_api *ret, struct err *e)
{
	int64_t port = option_number(&c->args, OPT_PORT, DEFAULT_PORT);

	*ret = (struct serving_api){
		.request = {.serves = true,
			    .closed = option_given(&c->args, OPT_NO_HTTP),
			    .host = option_text(&c->args, OPT_HOST),
			    .port = (uint16_t)port,
			    .any_port = !option_given(&c->args, OPT_PORT),
			    .certificate = read_path(c, OPT_TLS_CERTIFICATE),
			    .key = read_path(c, OPT_TLS_KEY),
			    .names = &c->args.given[OPT_ALLOW_HOST]},
	};
	if (port > UINT16_MAX)
		return err_set(e, ERR_INVALID, "--port is %lld; the highest is %d", (long long)port,
			       UINT16_MAX);
	if (!ret->request.certificate.p != !ret->request.key.p)
		return err_set(e, ERR_INVALID,
			       "--tls-certificate and --tls-key belong together: PEM files of one "
			       "pair");
	return true;
}

bool serving_api_open(struct serving_api *s, struct session *session, struct owner *owner,
		      struct err *e)
{
	s->request.session = session;
	s->request.owner = owner;
	return api_open(&s->request, &s->api, e);
}

bool serving_api_moved(const struct serving_api *s)
{
	return s->api && !s->request.closed && s->request.any_port &&
	       api_port(s->api) != s->request.port;
}

sv serving_api_url(const struct serving_api *s)
{
	return s->api ? api_url(s->api) : (sv){NULL, 0};
}
