/* access.c -- a page in somebody's browser must not use the server behind that person's back.
 *
 * Host: a name that leads here today and elsewhere tomorrow (DNS rebinding) is not among those we answer to.
 * Origin and Sec-Fetch-Site: what changes something must come from our own pages, or from no page at all. */
#include "http/http_parts.h"

/* Without the port, and without the brackets of an IPv6 address. */
static sv name_of(sv host)
{
	size_t end;

	if (host.n && host.p[0] == '[')
		return sv_find(host, ']', &end) ? (sv){host.p + 1, end - 1} : host;
	return sv_find(host, ':', &end) ? (sv){host.p, end} : host;
}

/* Dots and digits only: 127.evil.example is no address. */
static bool is_loopback_address(sv name)
{
	if (sv_eq(name, SV("::1")))
		return true;
	if (!sv_starts(name, SV("127.")))
		return false;
	for (size_t i = 0; i < name.n; i++) {
		if (name.p[i] != '.' && (name.p[i] < '0' || name.p[i] > '9'))
			return false;
	}
	return true;
}

static bool is_below_localhost(sv name)
{
	const sv suffix = SV(".localhost");

	return name.n > suffix.n && sv_caseless(sv_from(name, name.n - suffix.n), suffix);
}

static bool is_ours(const struct http_server *s, sv host)
{
	const struct sv_list *names = s->request.names;
	sv name = name_of(host);

	if (is_loopback_address(name) || sv_caseless(name, SV("localhost")) ||
	    is_below_localhost(name) || sv_caseless(name, s->request.host))
		return true;
	for (size_t i = 0; names && i < names->n; i++) {
		if (sv_caseless(name, name_of(names->at[i])) || sv_caseless(host, names->at[i]))
			return true;
	}
	return false;
}

static bool changes_something(enum http_method method)
{
	return method != HTTP_GET && method != HTTP_HEAD && method != HTTP_OPTIONS;
}

/* "http://localhost:3000" of Host "localhost:3000"; "null" is nobody's. */
static bool is_same_origin(sv origin, sv host)
{
	size_t scheme = sv_starts(origin, SV("http://"))    ? 7
			: sv_starts(origin, SV("https://")) ? 8
							    : 0;

	return scheme && sv_caseless(sv_from(origin, scheme), host);
}

struct access_refusal access_check(const struct http_server *s, const struct http_head *head)
{
	sv origin, site;

	if (!is_ours(s, head->host))
		return (struct access_refusal){
			421, "this server does not answer to the name in the header Host",
			"start it with --allow-host NAME when that name is meant to lead here"};
	if (!changes_something(head->method))
		return (struct access_refusal){0};
	origin = http_head_find(head, SV("origin"));
	site = http_head_find(head, SV("sec-fetch-site"));
	if ((origin.p && !is_same_origin(origin, head->host)) ||
	    (site.p && !sv_eq(site, SV("same-origin")) && !sv_eq(site, SV("none"))))
		return (struct access_refusal){
			403, "a page from elsewhere may not change anything here",
			"use the pages of this server, or a program that sends no Origin"};
	return (struct access_refusal){0};
}
