/* tls.h -- TLS as bytes in and bytes out: who we are, and one conversation.  Knows no socket: stream.c carries its bytes.
 * TLS 1.2 and 1.3, HTTP/1.1 by ALPN; OpenSSL stays behind tls.c. */
#pragma once
#include "base/buf.h"
#include "base/err.h"

struct tls_identity; /* certificate and key */

/* PEM files.  INVALID, NOT_FOUND or DENIED with the file that is at fault and the remedy. */
bool tls_identity_read(sv certificate, sv key, struct tls_identity **ret, struct err *e) CHECKED;
void tls_identity_free(struct tls_identity *t); /* after all its sessions; NULL is fine */

struct tls_session;
struct tls_session *tls_session_new(struct tls_identity *t); /* the side that is called */
void tls_session_free(struct tls_session *s);                /* NULL is fine */

/* What came from the network.  false: it speaks no TLS, or not ours; what is left to send says so to it. */
bool tls_take(struct tls_session *s, sv raw) CHECKED;
enum tls_read { TLS_BYTES, TLS_NOTHING, TLS_ENDED, TLS_BROKEN };
/* The next plain bytes of it, into `room`. */
enum tls_read tls_read(struct tls_session *s, char *room, size_t most, size_t *ret_n);
bool tls_is_open(const struct tls_session *s); /* hands were shaken: plain bytes can be written */
bool tls_write(struct tls_session *s, sv plain) CHECKED;
void tls_finish(struct tls_session *s);        /* says goodbye */
void tls_give(struct tls_session *s, struct buf *to); /* appends what has to go to the network */
