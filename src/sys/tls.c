/* tls.c -- OpenSSL between two memory buffers. */
#include "sys/tls.h"

#include <limits.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "sys/file.h"

struct tls_identity {
	SSL_CTX *context;
};

struct tls_session {
	SSL *ssl;
	BIO *in, *out; /* the ssl's */
};

/* ---- identity ---- */

/* OpenSSL's own words for the oldest fault, which is the cause; the others follow from it. */
static const char *reason(void)
{
	unsigned long code = ERR_get_error();
	const char *words = code ? ERR_reason_error_string(code) : NULL;

	ERR_clear_error();
	return words ? words : "OpenSSL gives no reason";
}

static bool unreadable(const char *what, sv path, const char *remedy, struct err *e)
{
	err_set(e, ERR_INVALID, "reading the %s " SV_FMT ": %s", what, SV_ARG(path), reason());
	return err_hint(e, "%s", remedy);
}

static bool check_readable(const char *what, sv path, struct err *e)
{
	AUTO_ARENA a = arena_new();
	sv text;

	return file_read(a, path, 4 << 20, &text, e) || err_wrap(e, "the %s", what);
}

static bool read_files(SSL_CTX *context, sv certificate, sv key, struct err *e)
{
	AUTO_ARENA a = arena_new();

	if (!check_readable("certificate", certificate, e) || !check_readable("key", key, e))
		return false;
	if (SSL_CTX_use_certificate_chain_file(context, arena_cstr(a, certificate)) != 1)
		return unreadable(
			"certificate", certificate,
			"it must be PEM (-----BEGIN CERTIFICATE-----), the server's own first, "
			"then those that signed it",
			e);
	if (SSL_CTX_use_PrivateKey_file(context, arena_cstr(a, key), SSL_FILETYPE_PEM) == 1)
		return true;
	if (ERR_GET_REASON(ERR_peek_last_error()) != X509_R_KEY_VALUES_MISMATCH)
		return unreadable("key", key,
				  "it must be an unencrypted private key in PEM "
				  "(-----BEGIN PRIVATE KEY-----)",
				  e);
	ERR_clear_error();
	err_set(e, ERR_INVALID, "the key " SV_FMT " does not belong to the certificate " SV_FMT,
		SV_ARG(key), SV_ARG(certificate));
	return err_hint(e, "give the key that the certificate was asked for with");
}

/* A client that offers only other protocols (h2) is answered in HTTP/1.1 all the same: it may take it. */
static int choose_protocol(SSL *ssl, const unsigned char **ret, unsigned char *ret_n,
			   const unsigned char *offered, unsigned offered_n, void *ctx)
{
	static const unsigned char ours[] = "\x08http/1.1";
	unsigned char *chosen;

	if (SSL_select_next_proto(&chosen, ret_n, ours, sizeof(ours) - 1, offered, offered_n) !=
	    OPENSSL_NPN_NEGOTIATED)
		return SSL_TLSEXT_ERR_NOACK;
	*ret = chosen;
	return SSL_TLSEXT_ERR_OK;
}

/* Nobody sits at the terminal that OpenSSL would ask. */
static int refuse_password(char *room, int room_n, int writing, void *ctx)
{
	return -1;
}

bool tls_identity_read(sv certificate, sv key, struct tls_identity **ret, struct err *e)
{
	struct tls_identity *t = heap_alloc(sizeof(*t));

	t->context = SSL_CTX_new(TLS_server_method());
	if (!t->context)
		abort();
	SSL_CTX_set_min_proto_version(t->context, TLS1_2_VERSION);
	SSL_CTX_set_options(t->context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
						SSL_OP_CIPHER_SERVER_PREFERENCE);
	SSL_CTX_set_mode(t->context, SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_default_passwd_cb(t->context, refuse_password);
	SSL_CTX_set_alpn_select_cb(t->context, choose_protocol, NULL);
	if (!read_files(t->context, certificate, key, e)) {
		tls_identity_free(t);
		return false;
	}
	*ret = t;
	return true;
}

void tls_identity_free(struct tls_identity *t)
{
	if (!t)
		return;
	SSL_CTX_free(t->context);
	free(t);
}

/* ---- sessions ---- */

struct tls_session *tls_session_new(struct tls_identity *t)
{
	struct tls_session *s = heap_alloc(sizeof(*s));

	s->ssl = SSL_new(t->context);
	s->in = BIO_new(BIO_s_mem());
	s->out = BIO_new(BIO_s_mem());
	if (!s->ssl || !s->in || !s->out)
		abort();
	SSL_set_bio(s->ssl, s->in, s->out);
	SSL_set_accept_state(s->ssl);
	return s;
}

void tls_session_free(struct tls_session *s)
{
	if (!s)
		return;
	SSL_free(s->ssl);
	free(s);
}

/* Whether what OpenSSL did not do is only a matter of waiting. */
static bool is_waiting(struct tls_session *s, int result)
{
	int why = SSL_get_error(s->ssl, result);

	ERR_clear_error();
	return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE;
}

bool tls_take(struct tls_session *s, sv raw)
{
	int result;

	assert(raw.n <= INT_MAX);
	if (BIO_write(s->in, raw.p, (int)raw.n) != (int)raw.n)
		abort();
	if (SSL_is_init_finished(s->ssl))
		return true;
	result = SSL_do_handshake(s->ssl);
	return result == 1 || is_waiting(s, result);
}

enum tls_read tls_read(struct tls_session *s, char *room, size_t most, size_t *ret_n)
{
	int result;

	if (!SSL_is_init_finished(s->ssl))
		return TLS_NOTHING;
	result = SSL_read_ex(s->ssl, room, most, ret_n);
	if (result == 1)
		return TLS_BYTES;
	if (SSL_get_shutdown(s->ssl) & SSL_RECEIVED_SHUTDOWN)
		return TLS_ENDED;
	return is_waiting(s, result) ? TLS_NOTHING : TLS_BROKEN;
}

bool tls_is_open(const struct tls_session *s)
{
	return SSL_is_init_finished(s->ssl);
}

bool tls_write(struct tls_session *s, sv plain)
{
	size_t written;
	bool done = !plain.n || SSL_write_ex(s->ssl, plain.p, plain.n, &written) == 1;

	ERR_clear_error();
	return done;
}

void tls_finish(struct tls_session *s)
{
	SSL_shutdown(s->ssl);
	ERR_clear_error();
}

void tls_give(struct tls_session *s, struct buf *to)
{
	size_t n = BIO_ctrl_pending(s->out);
	int got;

	if (!n)
		return;
	got = BIO_read(s->out, buf_room(to, n), (int)n);
	to->n += got > 0 ? (size_t)got : 0;
}
