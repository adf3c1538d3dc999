/* test_tls.c -- the same over TLS, with a certificate made here; and certificates that are none. */
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "http_client.h"
#include "scratch.h"

#include "http/server.h"
#include "sys/file.h"
#include "sys/tls.h"

#define HELLO "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n"

/* ---- a certificate ---- */

static EVP_PKEY *make_key(const char *file)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	FILE *to = fopen(file, "w");

	CHECK(key && to);
	CHECK(PEM_write_PrivateKey(to, key, NULL, NULL, 0, NULL, NULL));
	fclose(to);
	return key;
}

static void make_certificate(const char *file, EVP_PKEY *key)
{
	X509 *x = X509_new();
	X509_NAME *name = X509_get_subject_name(x);
	FILE *to = fopen(file, "w");

	X509_set_version(x, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
	X509_gmtime_adj(X509_getm_notBefore(x), 0);
	X509_gmtime_adj(X509_getm_notAfter(x), 3600);
	X509_set_pubkey(x, key);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"localhost", -1,
				   -1, 0);
	X509_set_issuer_name(x, name);
	CHECK(X509_sign(x, key, EVP_sha256()));
	CHECK(to && PEM_write_X509(to, x));
	fclose(to);
	X509_free(x);
}

struct files {
	const char *certificate, *key, *other_key, *text;
};

static struct files files_make(struct arena *a)
{
	struct files f = {scratch_file(a, "certificate.pem"), scratch_file(a, "key.pem"),
			  scratch_file(a, "other.pem"), scratch_file(a, "text.pem")};
	EVP_PKEY *key = make_key(f.key);

	make_certificate(f.certificate, key);
	EVP_PKEY_free(key);
	EVP_PKEY_free(make_key(f.other_key));
	fclose(fopen(f.text, "w"));
	return f;
}

/* ---- a client ---- */

static void get_hello(void *ctx, struct exchange *x)
{
	exchange_answer_json(x, 200, SV("{\"hello\":true}"));
}

static void get_large(void *ctx, struct exchange *x)
{
	sv text = {arena_alloc(exchange_arena(x), 3 << 20), 3 << 20};

	exchange_answer(x, 200, SV("application/octet-stream"), text);
}

static void on_closed(void *ctx)
{
	*(struct event_stream **)ctx = NULL;
}

static void get_events(void *ctx, struct exchange *x)
{
	struct event_stream **stream = ctx;

	*stream = exchange_stream(x, &(struct event_stream_listener){NULL, on_closed, stream});
}

static const struct http_route routes[] = {{HTTP_GET, "/hello", get_hello},
					   {HTTP_GET, "/large", get_large},
					   {HTTP_GET, "/events", get_events}};

static SSL *shake_hands(struct loop *l, SSL_CTX *context, int fd)
{
	SSL *ssl = SSL_new(context);

	SSL_set_fd(ssl, fd);
	for (int i = 0; i < 2000; i++) {
		if (SSL_connect(ssl) == 1)
			return ssl;
		client_turn(l);
	}
	CHECK(!"no hands were shaken");
	return NULL;
}

static void hear(struct loop *l, SSL *ssl, struct buf *to, const char *until, size_t bytes)
{
	size_t n;

	for (int i = 0; i < 5000; i++) {
		while (SSL_read_ex(ssl, buf_room(to, 16384), 16384, &n))
			to->n += n;
		buf_room(to, 0)[0] = '\0';
		if (to->n >= bytes &&
		    (!until || (to->n && memmem(to->p, to->n, until, strlen(until)))))
			return;
		client_turn(l);
	}
	CHECK(!"it was not heard");
}

static void test_requests_are_answered_over_tls(void)
{
	struct event_stream *events = NULL;
	struct http_server_request request = {.loop = loop_new(),
					      .routes = routes,
					      .routes_count = COUNT_OF(routes),
					      .ctx = &events};
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());
	struct http_server *server;
	AUTO_BUF got = {0};
	struct client c;
	AUTO_ARENA a = arena_new();
	struct files f = files_make(a);
	struct err e;
	SSL *ssl;

	request.certificate = sv_of(f.certificate);
	request.key = sv_of(f.key);
	CHECK_OK(http_server_open(&request, &server, &e), &e);
	c = client_open(request.loop, http_server_port(server));
	SSL_CTX_set_alpn_protos(context, (const unsigned char *)"\x02h2\x08http/1.1", 12);
	ssl = shake_hands(request.loop, context, c.fd);
	SSL_write(ssl, HELLO HELLO, 2 * (sizeof(HELLO) - 1));
	hear(request.loop, ssl, &got, "{\"hello\":true}HTTP/1.1", 200);
	buf_clear(&got);
	SSL_write(ssl, "GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n", 40);
	hear(request.loop, ssl, &got, NULL, 3 << 20);
	buf_clear(&got);
	SSL_write(ssl, "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n", 41);
	hear(request.loop, ssl, &got, "retry: ", 0);
	event_stream_send(events, SV("event"), SV("1"), SV("{}"));
	hear(request.loop, ssl, &got, "data: {}", 0);
	event_stream_close(events);
	for (int i = 0; i < 1000 && !(SSL_get_shutdown(ssl) & SSL_RECEIVED_SHUTDOWN); i++) {
		client_turn(request.loop);
		SSL_read_ex(ssl, buf_room(&got, 100), 100, &(size_t){0});
	}
	CHECK(SSL_get_shutdown(ssl) & SSL_RECEIVED_SHUTDOWN);
	SSL_free(ssl);
	SSL_CTX_free(context);
	client_close(&c);
	http_server_close(server);
	loop_free(request.loop);
}

static void test_plain_text_to_tls_harms_nobody(void)
{
	struct http_server_request request = {
		.loop = loop_new(), .routes = routes, .routes_count = COUNT_OF(routes)};
	struct http_server *server;
	struct client c;
	AUTO_ARENA a = arena_new();
	struct files f = files_make(a);
	struct err e;

	request.certificate = sv_of(f.certificate);
	request.key = sv_of(f.key);
	CHECK_OK(http_server_open(&request, &server, &e), &e);
	c = client_open(request.loop, http_server_port(server));
	client_send(&c, SV(HELLO));
	client_await_end(&c);
	client_close(&c);
	http_server_close(server);
	loop_free(request.loop);
}

static void test_nonsense_over_tls_harms_nobody(void)
{
	struct http_server_request request = {
		.loop = loop_new(), .routes = routes, .routes_count = COUNT_OF(routes)};
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());
	AUTO_ARENA a = arena_new();
	struct files f = files_make(a);
	struct http_server *server;
	char noise[600] = "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03";
	struct client c;
	struct err e;

	request.certificate = sv_of(f.certificate);
	request.key = sv_of(f.key);
	CHECK_OK(http_server_open(&request, &server, &e), &e);
	for (int i = 0; i < 1000; i++) {
		for (size_t at = (size_t)i % 12; at < sizeof(noise); at++)
			noise[at] = (char)(noise[at] * 31 + i + (int)at);
		c = client_open(request.loop, http_server_port(server));
		client_send(&c, (sv){noise, sizeof(noise)});
		if (i % 8 < 2)
			client_turn(request.loop);
		client_close(&c);
	}
	c = client_open(request.loop, http_server_port(server));
	SSL_free(shake_hands(request.loop, context, c.fd));
	SSL_CTX_free(context);
	client_close(&c);
	http_server_close(server);
	loop_free(request.loop);
}

static void test_certificates_that_are_none_are_named(void)
{
	AUTO_ARENA a = arena_new();
	struct files f = files_make(a);
	const struct {
		const char *certificate, *key, *text, *hint;
	} rows[] = {
		{"/no/such/file.pem", f.key, "the certificate: reading /no/such/file.pem", ""},
		{f.certificate, "/no/such/key.pem", "the key: reading /no/such/key.pem", ""},
		{f.text, f.key, "text.pem", "BEGIN CERTIFICATE"},
		{f.certificate, f.text, "text.pem", "BEGIN PRIVATE KEY"},
		{f.certificate, f.other_key, "does not belong to the certificate", "asked for"},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct tls_identity *t = NULL;
		struct err e = {0};

		CHECK(!tls_identity_read(sv_of(rows[i].certificate), sv_of(rows[i].key), &t, &e));
		CHECK_CONTAINS(rows[i].text, e.text);
		CHECK_CONTAINS(rows[i].hint, e.hint);
	}
}

TESTS(TEST(test_requests_are_answered_over_tls) TEST(test_plain_text_to_tls_harms_nobody)
	      TEST(test_nonsense_over_tls_harms_nobody)
		      TEST(test_certificates_that_are_none_are_named))
