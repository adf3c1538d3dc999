/* body.h -- what the room itself needs of kept bodies, beside exchange.h. */
#pragma once
#include "codec/compress.h"
#include "http/exchange.h"

sv http_body_type(const struct http_body *b);
sv http_body_etag(const struct http_body *b); /* weak: the same for all its forms */
sv http_body_bytes(struct http_body *b, enum compression how); /* made when first asked for; live as long as the body */
